# Learners of all families on the same tasks, with equal budgets.

.PHONY: compare-families

compare-families: SECONDS := 120
compare-families: TUNING := 30
compare-families: TRIALS := 6
compare-families: SEEDS := 10
compare-families: TASKS := 20000
compare-families: OUT := notebooks/results/families.json
compare-families: PAGE := bench/results/families.md
compare-families: ## tune and compare learners of all families on sinusoids, for notebook 07; hours, goes on where it was stopped; a look: SECONDS=2 TUNING=2 TRIALS=3 SEEDS=2 TASKS=500
	go run ./bench/families -seconds $(SECONDS) -tuning $(TUNING) -trials $(TRIALS) -seeds $(SEEDS) -tasks $(TASKS) -o $(OUT) -page $(PAGE)
