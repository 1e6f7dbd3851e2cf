# Speed: `make bench` measures this library alone, `make bench-peers` beside other systems, which it installs into .peers.

.PHONY: bench bench-peers bench-growth bench-pair

bench: .peers/kindred ## time this library, within a minute or two; nothing is installed
	go run ./bench/compare -self -rounds 3 -seconds 0.1

bench-peers: .peers/ready .peers/kindred ## time this library and its peers in turns; installs them into .peers (some GB)
	go run ./bench/compare

bench-growth: .peers/ready .peers/kindred ## time against width, tasks and steps beside JAX; draws bench/results/growth.svg
	go run ./bench/compare -growth -rounds 3 -seconds 0.1

bench-pair: PAIRS   := 10
bench-pair: SECONDS := 0.3
bench-pair: .peers/kindred ## time this library beside an older build of it in turns: make bench-pair OLD=path/of/an/old/bench/kindred
	@test -n "$(OLD)" || { echo "bench-pair: say make bench-pair OLD=FILE; go build -o FILE ./bench/kindred makes it in the older checkout"; exit 1; }
	go run ./bench/compare -pair "$(OLD)" -rounds $(PAIRS) -seconds $(SECONDS) $(if $(CORES),-cores $(CORES)) -only "$(ONLY)"

.peers/kindred: FORCE
	@mkdir -p .peers
	go build -o $@ ./bench/kindred

.peers/ready: bench/peers/requirements.txt bench/peers/requirements-tf.txt
	$(PYTHON) -m venv .peers
	.peers/bin/pip install -q -r bench/peers/requirements.txt
	$(PYTHON) -m venv .peers/tf
	.peers/tf/bin/pip install -q -r bench/peers/requirements-tf.txt
	cd bench/gomlx && go build -o ../../.peers/gomlx . || echo "GoMLX could not be built and is left out"
	touch $@

.PHONY: FORCE
FORCE:
