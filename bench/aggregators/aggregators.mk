# Aggregations of task gradients beside TorchJD.

.PHONY: bench-balancing

bench-balancing: .peers/torchjd/ready ## time aggregations of task gradients beside TorchJD; installs it into .peers/torchjd (some GB)
	go run ./bench/aggregators -o bench/results/aggregators.md

.peers/torchjd/ready: bench/aggregators/requirements.txt
	$(PYTHON) -m venv .peers/torchjd
	.peers/torchjd/bin/pip install -q -r bench/aggregators/requirements.txt
	touch $@
