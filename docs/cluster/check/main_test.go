package main

import (
	"os"
	"strings"
	"testing"
)

// The manifest passes, and each of these changes of it is found.
func TestCheck(t *testing.T) {
	text, err := os.ReadFile("../job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := checkAll(text); err != nil {
		t.Errorf("as it is: %v", err)
	}
	for _, c := range []struct{ from, to, says string }{
		{"completionMode: Indexed", "completionModes: Indexed", "unknown field"},
		{"completions: 8", "completions: eight", "cannot unmarshal"},
		{"completions: 8", "completions: 9", "KINDRED_SHARES of container share is not the number of completions"},
		{"completionMode: Indexed", "completionMode: NonIndexed", "completionMode is not Indexed"},
		{"restartPolicy: Never", "restartPolicy: OnFailure", "podFailurePolicy wants restartPolicy Never"},
		{"name: store\n              mount", "name: stores\n              mount", "mounts the volume stores"},
		{"action: Ignore", "action: Forgive", `has the action "Forgive"`},
		{"operator: In", "operator: Is", `has the operator "Is"`},
		{"containerName: share", "containerName: cells", "is of a container that there is not"},
		{`            status: "True"`, "", "a condition without a status"},
		{"kind: Job", "kind: CronJob", "is not looked for here"},
	} {
		changed := strings.Replace(string(text), c.from, c.to, 1)
		if changed == string(text) {
			t.Errorf("the manifest does not say %q", c.from)
		} else if err := checkAll([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("with %q: %v; want that %s", c.to, err, c.says)
		}
	}
}
