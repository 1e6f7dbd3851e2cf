package nn

import "slices"

// Mode says in which of several ways the network works that is traced, such as "running batch normalisation", so that
// results state it: the numbers of one way are not those of another. What is said twice counts once.
func (t *Trace) Mode(text string) {
	t.check("Mode")
	if text == "" {
		panic("nn: Trace.Mode: the text is empty; say in a few words how the network works")
	}
	if t != nil && !slices.Contains(t.record.modes, text) {
		t.record.modes = append(t.record.modes, text)
	}
}

// Modes returns what the networks said of how they work, in the order in which it came. It is for whoever evaluates.
func (t *Trace) Modes() []string { return slices.Clone(t.made("Modes").modes) }
