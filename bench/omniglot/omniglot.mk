# The published numbers of few-shot learning on Omniglot. Trainings go on where they were stopped; FOR=20m ends them.

.PHONY: omniglot omniglot-dense omniglot-proto omniglot-maml omniglot-runs

omniglot: omniglot-runs omniglot-dense omniglot-proto omniglot-maml ## published few-shot numbers on Omniglot, for notebook 09; hours, goes on where it was stopped; a part: FOR=20m
omniglot-dense: ## MAML with a dense network on Omniglot, 5-way 1-shot and 5-shot; goes on likewise, as the next ones
omniglot-proto: ## prototypical networks on Omniglot, 5- and 20-way, 1- and 5-shot
omniglot-maml: ## MAML with a convolutional network on Omniglot, 5-way 1-shot
omniglot-runs: ## the 20 one-shot runs of Omniglot: Hausdorff distance, nearest neighbours, prototypes
omniglot-dense omniglot-proto omniglot-maml omniglot-runs:
	go run ./bench/omniglot -target $(@:omniglot-%=%) $(if $(FOR),-for $(FOR)) $(if $(STORE),-store $(STORE))
