// Command check holds a manifest against the types of Kubernetes, offline: no unknown field, no wrong type, and what the
// server would refuse of an indexed Job.
//
//	make cluster-check
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strconv"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("check: say check MANIFEST")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := checkAll(text); err != nil {
		log.Fatalf("check: %s: %v", os.Args[1], err)
	}
	fmt.Printf("check: %s is what Kubernetes reads\n", os.Args[1])
}

// checkAll returns what is wrong with the documents of a manifest.
func checkAll(text []byte) error {
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for n := 1; ; n++ {
		document, err := documents.Read()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = check(document)
		}
		if err != nil {
			return fmt.Errorf("document %d: %w", n, err)
		}
	}
}

// check returns what is wrong with a document.
func check(document []byte) error {
	var kind struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := strict.Unmarshal(document, &kind); err != nil {
		return err
	}
	switch kind.APIVersion + " " + kind.Kind {
	case "v1 PersistentVolumeClaim":
		return strict.UnmarshalStrict(document, &core.PersistentVolumeClaim{})
	case "batch/v1 Job":
		var job batch.Job
		if err := strict.UnmarshalStrict(document, &job); err != nil {
			return err
		}
		return errors.Join(faults(job)...)
	}
	return fmt.Errorf("a %s %s is not looked for here", kind.APIVersion, kind.Kind)
}

// faults returns what the server would refuse of a Job, and what would run every cell in each pod.
func faults(job batch.Job) (all []error) {
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	s, pod := job.Spec, job.Spec.Template.Spec
	indexed := s.CompletionMode != nil && *s.CompletionMode == batch.IndexedCompletion
	say(!indexed, "completionMode is not Indexed")
	say(s.Completions == nil || s.Parallelism == nil, "completions or parallelism are not said")
	say(s.BackoffLimitPerIndex != nil && !indexed, "backoffLimitPerIndex wants completionMode Indexed")
	say(s.PodFailurePolicy != nil && pod.RestartPolicy != core.RestartPolicyNever, "podFailurePolicy wants restartPolicy Never")
	say(s.PodFailurePolicy != nil && s.PodReplacementPolicy != nil && *s.PodReplacementPolicy != batch.Failed,
		"podFailurePolicy wants podReplacementPolicy Failed")
	say(job.Name == "" && job.GenerateName == "", "the Job has no name")
	names := map[string]bool{}
	for _, v := range pod.Volumes {
		names[v.Name] = true
	}
	for _, c := range pod.Containers {
		for _, m := range c.VolumeMounts {
			say(!names[m.Name], "container %s mounts the volume %s, which there is not", c.Name, m.Name)
		}
		k := slices.IndexFunc(c.Env, func(e core.EnvVar) bool { return e.Name == "KINDRED_SHARES" })
		say(k < 0 || s.Completions != nil && c.Env[max(k, 0)].Value != strconv.Itoa(int(*s.Completions)),
			"KINDRED_SHARES of container %s is not the number of completions", c.Name)
	}
	if s.PodFailurePolicy == nil {
		return all
	}
	for k, r := range s.PodFailurePolicy.Rules {
		say((r.OnExitCodes == nil) == (len(r.OnPodConditions) == 0), "rule %d is not either of exit codes or of conditions", k)
		say(!slices.Contains([]batch.PodFailurePolicyAction{batch.PodFailurePolicyActionFailJob, batch.PodFailurePolicyActionIgnore,
			batch.PodFailurePolicyActionCount, batch.PodFailurePolicyActionFailIndex}, r.Action), "rule %d has the action %q", k, r.Action)
		if e := r.OnExitCodes; e != nil {
			say(e.Operator != batch.PodFailurePolicyOnExitCodesOpIn && e.Operator != batch.PodFailurePolicyOnExitCodesOpNotIn,
				"rule %d has the operator %q", k, e.Operator)
			say(e.ContainerName != nil && !slices.ContainsFunc(pod.Containers, func(c core.Container) bool { return c.Name == *e.ContainerName }),
				"rule %d is of a container that there is not", k)
		}
		for _, c := range r.OnPodConditions {
			say(c.Status == "", "rule %d has a condition without a status", k)
		}
	}
	return all
}
