package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"kindred/internal/durable"
	"kindred/metakit"
)

const results = "../../notebooks/results/"

// The published returns are those of our forty goals, in our order: before adaptation MAML's policy stays about 0, and gets
// −100 times the distance of the goal, give or take a step's length at each of 100 steps.
func TestGoalsAreThePublished(t *testing.T) {
	p, err := published()
	if err != nil {
		t.Skip(err)
	}
	for k, g := range goals() {
		if got, want := p["maml"][0][k], -100*math.Hypot(g.X, g.Y); math.Abs(got-want) > 2 {
			t.Errorf("goal %d, %+v: published %v, standing still gets %v", k, g, got, want)
		}
	}
}

// A folder without the published returns is an error that says where they are to be.
func TestPublishedAreMissing(t *testing.T) {
	for _, folder := range []string{"", t.TempDir()} {
		t.Setenv("KINDRED_DATA", folder)
		if _, err := published(); err == nil || !strings.Contains(err.Error(), "published.json") {
			t.Errorf("folder %q: %v", folder, err)
		}
	}
}

// The committed results are whole, of what the commands have, and in an order that mathematics asks for.
func TestBanditResults(t *testing.T) {
	var r banditReport
	if err := durable.ReadJSON(results+"bandit.json", &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Bandits) != 2 || r.Command != "make bandit" {
		t.Fatalf("%d families by %q", len(r.Bandits), r.Command)
	}
	for _, b := range r.Bandits {
		best := b.Players[len(b.Players)-1]
		if want := map[int]float64{5: 6.6600, 10: 6.7140}[b.Arms]; math.Abs(best.Value-want) > 0.5e-4 {
			t.Errorf("%d arms: the %s is %v, want %v", b.Arms, best.Name, best.Value, want)
		}
		if len(b.Learned) == 0 || len(b.Learned) > len(courses) {
			t.Fatalf("%d arms: %d learned policies of %d", b.Arms, len(b.Learned), len(courses))
		}
		for k, l := range b.Learned {
			for _, v := range l.Values {
				if l.Name != courses[k].name || l.Iterations != courses[k].iterations || v > best.Value+1e-9 {
					t.Errorf("%d arms, %s, %d iterations: worth %v", b.Arms, l.Name, l.Iterations, v)
				}
			}
		}
		l := b.Learned[0]
		if got := metakit.MeanInterval(l.Values).Mean; got < 0.99*best.Value {
			t.Errorf("%d arms: the mean of %s is worth %v, less than 99 %% of %v", b.Arms, l.Name, got, best.Value)
		}
		if got := metakit.MeanInterval(l.Best).Mean; got < 0.99*best.Value {
			t.Errorf("%d arms: %s at its best is worth %v, less than 99 %% of %v", b.Arms, l.Name, got, best.Value)
		}
	}
}

func TestNavigationResults(t *testing.T) {
	var r navigationReport
	if err := durable.ReadJSON(results+"navigation.json", &r); err != nil {
		t.Fatal(err)
	}
	if r.Command != "make navigation" || len(r.Goals) != 40 || len(r.Found) != len(routes) || len(r.Paths) == 0 {
		t.Fatalf("%q: %d goals, %d starts, paths of %d goals", r.Command, len(r.Goals), len(r.Found), len(r.Paths))
	}
	for k, found := range r.Found {
		if found.Name != routes[k].name || found.Iterations != routes[k].iterations || len(found.at(0)) != 40 {
			t.Errorf("%s, %d iterations, %d goals", found.Name, found.Iterations, len(found.at(0)))
		}
	}
	// A step is worth more to MAML's start than to a pretrained one.
	if gain := metakit.PairedInterval(r.Found[0].at(1), r.Found[1].at(1)); gain.Low <= 0 {
		t.Errorf("after a step, %s less %s: %v", r.Found[0].Name, r.Found[1].Name, gain)
	}
}

// The commands run, shortened, and write what they promise.
func TestBanditsRun(t *testing.T) {
	was := courses
	defer func() { courses = was }()
	courses = []course{{was[0].name, was[0].policy, 0.03, 0.8, 0.03, 1, 2, 1, 1, 10}}
	l, out := lab{t.TempDir(), 0}, filepath.Join(t.TempDir(), "bandit.json")
	for range 2 { // the second time from what is kept
		if err := bandits(context.Background(), l, out); err != nil {
			t.Fatal(err)
		}
	}
	var r banditReport
	if err := durable.ReadJSON(out, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Bandits) != 2 || len(r.Bandits[1].Learned[0].Values) != 1 {
		t.Errorf("%+v", r)
	}
}
