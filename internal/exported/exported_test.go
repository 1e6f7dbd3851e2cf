package exported

import (
	"slices"
	"testing"
)

func TestListsItself(t *testing.T) {
	if got, want := Functions(t), []string{"API", "Functions", "FunctionsAndFields", "Panic", "Says", "Complete"}; !slices.Equal(got, want) {
		t.Errorf("functions %q, want %q", got, want)
	}
	if got := FunctionsAndFields(t); !slices.Equal(got, Functions(t)) {
		t.Errorf("with fields, of which there are none, %q", got)
	}
}
