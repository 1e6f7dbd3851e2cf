package main

import (
	"fmt"
	"slices"
	"strings"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// fewest is the least number of labels of a task, or of groups, that a report is tried on.
const fewest = 10

// study reads the file, and returns the study of its targets and what it is about, in words.
func (r *request) study() (relate.Study, string, error) {
	csv := datasets.CSV{
		Targets: list(r.targets), Group: r.group, Leave: list(r.leave), Missing: list(r.missing), Comma: r.comma[0],
		Categories: map[string][]string{},
	}
	named := slices.Concat(csv.Targets, csv.Leave, []string{r.group})
	for k, name := range named {
		if name != "" && slices.Contains(named[:k], name) {
			return relate.Study{}, "", fmt.Errorf("column %q is named twice among -targets, -leave and -group", name)
		}
	}
	for _, name := range list(r.categories) {
		csv.Categories[name] = nil
	}
	table, err := csv.Read(r.path)
	if err != nil {
		return relate.Study{}, "", err
	}
	tasks, kinds, err := tasksOf(table)
	if err != nil {
		return relate.Study{}, "", err
	}
	s := relate.Study{Tasks: table.Targets, Seeds: r.seeds, Resplits: true}
	split := (*datasets.Table).Split
	about := fmt.Sprintf("%d rows, %d inputs; %s", table.Len(), len(table.Inputs), strings.Join(kinds, ", "))
	if table.Groups != nil {
		split = (*datasets.Table).SplitGroups
		groups := slices.Compact(slices.Sorted(slices.Values(table.Groups)))
		if len(groups) < fewest {
			return s, "", fmt.Errorf("%s: column %q has %d groups; splits by whole groups take %d or more", r.path,
				r.group, len(groups), fewest)
		}
		about += fmt.Sprintf("; %d groups by %s, whole ones on each side of a split", len(groups), r.group)
	} else if table.Len() < fewest {
		return s, "", fmt.Errorf("%s: %d rows; a report takes %d or more", r.path, table.Len(), fewest)
	}

	// Every seed has one split, learned from its rows to train on, for whatever targets.
	parts, err := prepare(table, tasks, split, r.seeds)
	if err != nil {
		return s, "", fmt.Errorf("%s: %w", r.path, err)
	}
	s.Configure = func(seed uint64, some []int) (mtlkit.Trainer, mtlkit.Data) {
		p := parts[seed]
		t := relate.Some(mtlkit.Trainer{
			Tasks: tasks, Data: p.train, Validation: p.valid, Patience: 30, Watch: mtlkit.SumOfLogs,
			Optimizer: nn.NewAdamW(r.rate, r.decay), Epochs: r.epochs, BatchSize: 64, Seed: seed,
		}, some)
		model := sharing.HardSharing{Trunk: []int{p.inputs, r.hidden}, Activation: nn.Tanh}
		for _, i := range some {
			model.Heads = append(model.Heads, []int{max(1, tasks[i].Width)})
		}
		t.Model = model
		return t, relate.SomeData(p.test, some)
	}
	return s, about, nil
}

// tasksOf returns a task for each target, by what its column holds, and what kind each is, in words. Numbers that are
// all 0 or 1 are no and yes.
func tasksOf(table *datasets.Table) (tasks []mtlkit.Task, kinds []string, err error) {
	labels := make([][]float64, len(table.Targets))
	for k, name := range table.Targets {
		labels[k] = slices.DeleteFunc(table.Target(name), func(v float64) bool { return v != v })
		if n := len(labels[k]); n < fewest {
			return nil, nil, fmt.Errorf("column %q has %d labels; a report takes %d or more of each target", name, n,
				fewest)
		}
		if slices.Min(labels[k]) == slices.Max(labels[k]) {
			return nil, nil, fmt.Errorf("column %q says the same in all its rows; there is nothing to learn", name)
		}
	}
	tasks = mtlkit.TableTasks(table)
	for k := range tasks {
		task, kind := &tasks[k], "a number"
		words := table.Words[task.Name] != nil
		switch {
		case task.Width > 0:
			kind = fmt.Sprintf("one of %d classes", task.Width)
		case words || !slices.ContainsFunc(labels[k], func(v float64) bool { return v != 0 && v != 1 }):
			task.Loss, kind = nn.LogisticLoss{}, "one of two"
		}
		kinds = append(kinds, fmt.Sprintf("%s is %s", task.Name, kind))
		if missing := table.Len() - len(labels[k]); missing > 0 {
			kinds[k] += fmt.Sprintf(" (%d missing)", missing)
		}
	}
	return tasks, kinds, nil
}

// A splitter is (*datasets.Table).Split, or SplitGroups.
type splitter func(t *datasets.Table, share float64, seed uint64) (a, b *datasets.Table)

// A part is the data of a seed.
type part struct {
	train, valid, test mtlkit.Data
	inputs             int
}

// prepare splits a table for each seed, and makes numbers of it by what is in the rows to train on.
func prepare(table *datasets.Table, tasks []mtlkit.Task, split splitter, seeds int) (parts []part, err error) {
	for seed := range uint64(seeds) {
		train, rest := split(table, 0.6, seed)
		valid, test := split(rest, 0.5, seed)
		encoding, err := datasets.Encoder{Fill: true, Unseen: true}.Learn(train)
		if err != nil {
			return nil, err
		}
		for _, t := range []**datasets.Table{&train, &valid, &test} {
			if *t, err = encoding.Apply(*t); err != nil {
				return nil, err
			}
		}
		units := mtlkit.Standardize(tasks, train)
		parts = append(parts, part{units.Data(train), units.Data(valid), units.Data(test), len(train.Inputs)})
	}
	return parts, nil
}
