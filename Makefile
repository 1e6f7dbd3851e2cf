# Kindred. `make help` lists the targets. What they set up stands in .venv inside the clone: delete it and it is made anew.

PYTHON    ?= python3
GOTEST    := $(PYTHON) scripts/gotest.py $(if $(ALL),--all) -timeout 30m
NOTEBOOKS ?= $(wildcard notebooks/*.ipynb)

# A folder with data sets, for the tests that need real ones; they are skipped, by name, without it.
export KINDRED_DATA ?= $(abspath $(wildcard ../shared/data))
export JUPYTER_DATA_DIR := $(CURDIR)/.venv/share/jupyter
export GOWORK := off
# Nothing here is written in C, and what cgo would add, the resolver of the C library, takes a sixth of a link.
export CGO_ENABLED := 0

.DEFAULT_GOAL := help
.PHONY: help setup lab notebooks test lint race vuln api map licences browser-test fuzz-programs fuzz-readers kill-test
.PHONY: cluster-test cluster-check sinusoid sinusoid-full compare-balancing compare-ma2018 compare-affinity compare-sharing
.PHONY: compare-relatedness compare-orders compare-learnedopt bandit navigation contact-sheet site readme-figures image image-test fork clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## set up Python packages, Go tools and the notebook kernel (the targets below do it by themselves)
	@command -v $(PYTHON) >/dev/null || { echo "setup: Python is missing: install Python 3.10 or newer."; exit 1; }
	@$(PYTHON) scripts/setup.py

# A cell runs any program. So the server answers this machine alone, whatever the reader's own configuration of Jupyter
# says, and only who has the token that it prints. (A token on the command line could be read by every user.)
lab: setup ## open the notebooks in JupyterLab
	@.venv/bin/jupyter trust notebooks/*.ipynb >/dev/null
	.venv/bin/jupyter lab --ServerApp.ip=127.0.0.1 --ServerApp.allow_remote_access=False \
		--ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(LAB)

notebooks: setup ## execute all notebooks and store their outputs; some: make notebooks NOTEBOOKS=notebooks/01*.ipynb
	@printf '%s\n' $(NOTEBOOKS) | xargs -P 2 -n 1 .venv/bin/python scripts/execute.py

.PHONY: knobs bench-cells walk-table
knobs bench-cells: export KINDRED_PYTHON := $(CURDIR)/.venv/bin/python
knobs: setup ## try every value that notebooks offer; what it shows goes to dist/knobs; some: NOTEBOOKS=notebooks/01*.ipynb
	go run ./internal/notebooktest/walk knobs $(NOTEBOOKS)

bench-cells: setup ## time every cell from an edited constant to its figure, cold and warm, slowest first; some: likewise
	go run ./internal/notebooktest/walk bench $(NOTEBOOKS)

walk-table: ## count what the notebooks hold: figures, lines, words, exercises, values to try
	@go run ./internal/notebooktest/walk table $(NOTEBOOKS)

# Without assembly: what computes, and not what shows it, or calls it with other numbers.
test: export KINDRED_PYTHON := $(CURDIR)/.venv/bin/python
test: setup lint ## everything that continuous integration checks
	$(GOTEST) $$(go list ./... | grep -v /internal/notebooktest)
	$(GOTEST) -tags noasm $$(go list ./... | grep -v -E '/(notebooks|bench|cmd|plots|internal/(notebooktest|house|faulttest))($$|/)')
	$(GOTEST) -count 1 -parallel 2 ./internal/notebooktest/...
	@$(PYTHON) scripts/fuzz.py --total 20
	@echo "make test: all passed"

# Folders with code: not dist, where the test of the image keeps whole file systems.
CODE = $(filter-out dist,$(patsubst %/,%,$(wildcard */)))
lint: setup ## gofmt, goimports, vet, staticcheck, and whether modules are what go.sum says
	@test -z "$$(gofmt -s -l $(CODE) | tee /dev/stderr)" || { echo "lint: gofmt -s -w would change these files"; exit 1; }
	@test -z "$$(.venv/bin/goimports -local $$(go list -m) -l $(CODE) | tee /dev/stderr)" || \
		{ echo "lint: goimports -local $$(go list -m) -w would change these files"; exit 1; }
	go vet ./...
	go vet -tags noasm ./...
	.venv/bin/staticcheck ./...
	go mod verify

# Not for what starts other programs, which are built without the detector.
race: export CGO_ENABLED := 1
race: export KINDRED_PYTHON := $(wildcard $(CURDIR)/.venv/bin/python)
race: ## all tests under the race detector, which takes some ten minutes
	$(GOTEST) -race $$(go list ./... | grep -v -e /internal/house -e /internal/notebooktest)

vuln: ## ask the network whether a fault is known in what is compiled; first, that it is what go.sum says
	go mod verify
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

api: ## write what the packages export to docs/api.txt; look at its change
	KINDRED_API=1 go test -count 1 -run 'API$$' ./internal/house

map: ## write where each heading of the article is, notebooks/map.txt, to notebooks/README.md and the first page
	KINDRED_MAP=1 go test -count 1 -run 'Map$$' ./internal/notebooktest

licences: ## write the licences of all modules to docs/licences.md
	KINDRED_LICENCES=1 go test -count 1 -run 'Licences$$' ./internal/house

browser-test: setup ## read the notebooks in JupyterLab in Chromium; pictures go to dist/browser; one edit a notebook: QUICK=1
	@$(PYTHON) scripts/setup.py --browser
	.venv/bin/python scripts/browser.py $(if $(QUICK),--quick) $(NOTEBOOKS)

fuzz-programs: SEED := $(shell date +%s)
fuzz-programs: PROGRAMS := 1000000000
fuzz-programs: ## try random programs on the engine until one fails, or PROGRAMS=100000 of them from SEED=1 on
	@echo "fuzz-programs: from seed $(SEED) on"
	@KINDRED_PROGRAMS=$(PROGRAMS) KINDRED_SEED=$(SEED) go test -count 1 -timeout 0 -run 'TestPrograms$$' -v ./autodiff

kill-test: KILLS := 100
kill-test: ## kill trainings at random moments, KILLS=100 times, start them again and compare bits
	KINDRED_KILLS=$(KILLS) go test -count 1 -timeout 0 -run Killed -v ./internal/faulttest ./sweep

fuzz-readers: TIME := 10m
fuzz-readers: PARALLEL := 1
fuzz-readers: ONLY :=
fuzz-readers: ## feed every reader of files what no program wrote, TIME=10m each, and count; some: ONLY=FuzzParse
	@$(PYTHON) scripts/fuzz.py --time $(TIME) --parallel $(PARALLEL) --only '$(ONLY)'

sinusoid: ## train MAML on sine waves with five seeds and hold it against the reference: 20,000 meta-iterations each
	go run ./bench/sinusoid

sinusoid-full: ## the full setting of the MAML paper: 5 and 10 points, 70,000 meta-iterations, ten seeds; goes on where it was stopped
	go run ./bench/sinusoid -full

compare-balancing: ## tune and compare all ways to balance tasks on 20 splits, for notebook 04; goes on where it was stopped
	go run ./bench/balancing

compare-ma2018: ## compare mixtures of experts with a shared bottom on the tasks of the paper of MMoE; goes on where it was stopped
	go run ./bench/ma2018

compare-affinity: ## hold TAG against the true gains of all pairs of targets on two sets; goes on where it was stopped
	go run ./bench/affinity

compare-sharing: ## tune and compare ways to share and their twins on 20 families of tasks, for notebook 03; goes on likewise
	go run ./bench/sharing

compare-relatedness: ## hold sharing against twins by relatedness and rows, and on two sets, for notebook 05; goes on likewise
	go run ./bench/relatedness

compare-orders: ## train MAML, first order and Reptile on sine waves with ten seeds, for notebook 08; goes on likewise
	go run ./bench/orders

compare-learnedopt: ## learn optimisers, and hold them against Adam where they were learned and elsewhere; some minutes
	go run ./bench/learnedopt

bandit: ## train RL² on bandits beside exact players and the Bayes optimum, for notebook 10; goes on where it was stopped
	go run ./bench/acting bandit

navigation: ## train MAML for the 2-D navigation of its paper beside the published returns, for notebook 10; goes on likewise
	go run ./bench/acting navigation

cluster-test: ## run a comparison on a real Slurm of two nodes on this machine, as root, and kill a node in the midst
	@$(PYTHON) scripts/cluster.py

cluster-check: ## hold the manifest for Kubernetes against the types of its server, offline once Go has the module
	@cd docs/cluster/check && go test . && go run . ../job.yaml

site: setup ## write the executed notebooks as linked pages without scripts to dist/site, for any place that hosts files
	.venv/bin/python scripts/site.py

contact-sheet: ## write all figures of package plots on one page, dist/contact-sheet.html
	@mkdir -p dist
	KINDRED_CONTACT_SHEET="$(CURDIR)/dist/contact-sheet.html" go test -count 1 -run ContactSheet ./plots

readme-figures: ## draw the figures of the README anew, from what is trained and from the files of results
	KINDRED_README=1 go test -count 1 -run ReadmeFigure ./bench/compare $(addprefix ./notebooks/lessons/,adapting company families)

image: ## build the container image kindred:dev with docker
	docker build -t kindred:dev .

image-test: ## build the image without an engine or a registry, as root, and run the notebooks in it with the network cut off
	@$(PYTHON) scripts/image.py $(if $(filter command line,$(origin NOTEBOOKS)),$(NOTEBOOKS))

fork: ## give the module a path of your own: make fork MODULE=example.com/you/kindred
	@test -n "$(MODULE)" || { echo "fork: say make fork MODULE=example.com/you/kindred"; exit 1; }
	@$(PYTHON) scripts/fork.py "$(MODULE)"

clean: ## delete what make set up and what notebooks stored
	rm -rf .venv dist notebooks/.kindred

include bench/bench.mk bench/aggregators/aggregators.mk bench/real/real.mk bench/families/families.mk bench/omniglot/omniglot.mk
