package metakit

// A Panel is a distribution to evaluate on, with a name: one that is wider than that of the training, say, or has so
// many support points.
type Panel struct {
	Name  string
	Tasks Distribution
}
