package exported

import (
	"slices"
	"strings"
	"testing"
)

// Panic calls what makes no sense and returns the sentence that it panics with. No panic, and one with something else than
// text, fail the test; the sentence is then empty.
func Panic(t testing.TB, name string, call func()) (sentence string) {
	t.Helper()
	defer func() {
		t.Helper()
		switch said := recover().(type) {
		case string:
			sentence = said
		case nil:
			t.Errorf("%s: no panic", name)
		default:
			t.Errorf("%s: it panics with a %T, %v; want a sentence", name, said, said)
		}
	}()
	call()
	return ""
}

// Says fails the test unless the call panics with that sentence.
func Says(t testing.TB, name string, call func(), sentence string) {
	t.Helper()
	if said := Panic(t, name, call); said != "" && said != sentence {
		t.Errorf("%s: it says\n\t%s\nwant\n\t%s", name, said, sentence)
	}
}

// Complete fails the test unless each of the exported names is tested or harmless, for the reason that stands there; a reason
// under the name of a type holds for its methods and fields. Nor may anything be called harmless that is tested, or is not
// exported.
func Complete(t testing.TB, names, tested []string, harmless map[string]string) {
	t.Helper()
	reasons := map[string]bool{}
	for _, name := range names {
		of, _, _ := strings.Cut(name, ".")
		switch {
		case slices.Contains(tested, name):
		case harmless[name] != "":
			reasons[name] = true
		case harmless[of] != "":
			reasons[of] = true
		default:
			t.Errorf("%s has no row in the table of misuse", name)
		}
	}
	for name := range harmless {
		if !reasons[name] {
			t.Errorf("%s is listed as harmless; it is tested, or not exported", name)
		}
	}
}
