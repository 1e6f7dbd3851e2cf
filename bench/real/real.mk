# Comparisons on real sets, each of which goes on where it was stopped, and the page that is computed from their
# results.

.PHONY: compare-school compare-landmine compare-parkinsons compare-census results

compare-school: ## compare ways to predict the scores of 139 schools on ten splits, a quarter of an hour
	go run ./bench/school

compare-landmine: ## compare ways to find mines in 29 fields on ten splits, some ten minutes
	go run ./bench/landmine

compare-parkinsons: ## compare ways to score people by their voice on 20 splits by person, some minutes
	go run ./bench/parkinsons

compare-census: ## compare architectures on two tasks of a census with ten seeds, some ten minutes
	go run ./bench/census

results: ## write docs/results.md from the files of the comparisons on real sets
	KINDRED_RESULTS=1 go test -count 1 -run 'Document$$' ./bench/real
