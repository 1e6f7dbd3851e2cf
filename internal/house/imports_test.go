package house

import (
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says which folders of this module a folder may import beside what lies in its own room. Of two rows that a folder
// lies below, the first is its room. The two kits never import each other; what both need and no room above them has is
// the interval of a mean over seeds, the description of settings, and files that last. Balancers know no network and no
// graph: they multiply task gradients with the kernels of the engine, and with its helpers. Nor do convex models, which have
// data sets in their tests. Architectures, models and task distributions import their kit, never the other way round. Tests may import all
// of internal/, and what they try properties with and on: mtltest, metatest, sharing, models, tasks and baseline.
var rooms = []struct {
	folder string
	may    []string
}{
	{"notebooks/cell", []string{"plots", "internal/durable", "internal/storable"}},
	{lessons + "/lessontest", []string{"plots"}},
	{lessons, []string{"plots", "mtlkit", "metakit", "nn", "datasets", "autodiff", "internal/durable"}},
	{"autodiff", []string{"internal"}},
	{"nn", []string{"autodiff", "internal"}},
	{"datasets", []string{"internal"}},
	{"mtlkit/balance", []string{"internal/kernel", "internal/team"}},
	{"mtlkit/convex", []string{"datasets", "internal/team"}},
	{"mtlkit/gp", []string{"autodiff"}},
	{"mtlkit/sharing", []string{"mtlkit", "nn", "autodiff"}},
	{"mtlkit/relate", []string{"mtlkit", "nn", "datasets", "autodiff", "sweep", "internal/interval", "internal/team"}},
	{"mtlkit/mtltest", []string{"mtlkit", "nn", "autodiff"}},
	{"mtlkit/tasks", []string{"mtlkit", "nn"}},
	{"mtlkit/compare", []string{"mtlkit", "nn", "autodiff", "sweep"}},
	{"mtlkit", []string{"mtlkit/balance", "nn", "datasets", "autodiff", "internal/durable", "internal/interval", "internal/kernel",
		"internal/settings", "internal/stop", "internal/team", "internal/tensors"}},
	{"metakit/tasks", []string{"metakit", "metakit/baseline", "nn", "datasets"}},
	{"metakit/baseline", []string{"metakit"}},
	{"metakit/metatest", []string{"metakit", "nn", "autodiff"}},
	{"metakit/models", []string{"metakit", "nn", "autodiff"}},
	{"metakit/learnedopt", []string{"metakit", "nn", "autodiff", "internal/durable", "internal/settings"}},
	{"metakit", []string{"nn", "datasets", "autodiff", "internal/durable", "internal/interval", "internal/settings",
		"internal/stop", "internal/team", "internal/tensors"}},
	{"plots", nil},
	{"sweep", []string{"internal/durable", "internal/settings", "internal/storable", "internal/team"}},
	{"internal/faulttest", []string{"autodiff", "nn", "datasets", "mtlkit", "metakit", "sweep", "notebooks/cell", "internal"}},
	{"internal/learners", []string{"metakit", "nn"}},
	{"internal", nil},
	{"docs/cluster/check", nil}, // a module of its own
	{"cmd", []string{"mtlkit", "metakit", "nn", "datasets", "plots", "sweep", "internal/learners"}},
	{"bench", []string{"autodiff", "nn", "datasets", "mtlkit", "metakit", "plots", "sweep", "internal"}},
}

// tried are the rooms that every test may import.
var tried = []string{"mtlkit/mtltest", "mtlkit/sharing", "mtlkit/tasks", "metakit/metatest", "metakit/models", "metakit/tasks",
	"metakit/baseline"}

// lessons is what several notebooks share. Each folder below it is the lesson of one notebook, which may import lessons
// and no other lesson; but for lessontest, what their tests share.
const lessons = "notebooks/lessons"

// guests says which folders may import these modules; nobody else may.
var guests = map[string][]string{
	"github.com/janpfeifer/gonb": {"notebooks/cell"},
	"gonum.org/v1/plot":          {"plots"},
}

func TestImports(t *testing.T) {
	seen := 0
	for _, f := range tree(t) {
		if !f.isGo() {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ImportsOnly)
		if err != nil {
			t.Errorf("%s: %v", f.path, err)
			continue
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			if problem := refused(module(t), path.Dir(f.path), imported, f.isTest()); problem != "" {
				t.Errorf("%s: %s", f.path, problem)
			}
		}
	}
	if seen == 0 {
		t.Error("no import was checked")
	}
}

// refused returns what is wrong with an import by a file of the folder, or "".
func refused(module, folder, imported string, test bool) string {
	for guest, hosts := range guests {
		if within(imported, guest) && !slices.ContainsFunc(hosts, func(h string) bool { return within(folder, h) }) {
			return "only " + strings.Join(hosts, " and ") + " may import " + guest
		}
	}
	if !within(imported, module) {
		return ""
	}
	target := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
	if within(folder, lessons) && within(target, lessons) && target != folder && target != lessons &&
		!(test && target == lessons+"/lessontest") {
		return folder + " may not import " + target + ": a lesson may import " + lessons + " and no other lesson"
	}
	for _, room := range rooms {
		if !within(folder, room.folder) {
			continue
		}
		if roomOf(target) == room.folder || test && target == lessons+"/lessontest" && room.folder == lessons {
			return ""
		}
		if test && (within(target, "internal") || slices.Contains(tried, target)) ||
			slices.ContainsFunc(room.may, func(m string) bool { return within(target, m) }) {
			return ""
		}
		return room.folder + " may not import " + target
	}
	return folder + " is in no room of the house: add it to the table in internal/house"
}

// roomOf returns the room that a folder lies in.
func roomOf(folder string) string {
	for _, room := range rooms {
		if within(folder, room.folder) {
			return room.folder
		}
	}
	return ""
}

// within reports whether a path is the folder or below it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func TestImportsRefuse(t *testing.T) {
	for _, c := range []struct {
		folder, imported string
		test, ok         bool
	}{
		{"mtlkit", "my/nn", false, true},
		{"mtlkit", "my/mtlkit/mtltest", false, false},
		{"mtlkit", "my/mtlkit/sharing", false, false},
		{"mtlkit", "my/mtlkit/sharing", true, true},
		{"mtlkit/sharing", "my/mtlkit", false, true},
		{"mtlkit/relate", "my/sweep", false, true},
		{"mtlkit/relate", "my/plots", false, false},
		{"mtlkit", "my/mtlkit/relate", false, false},
		{"mtlkit/sharing", "my/metakit", false, false},
		{"metakit", "my/metakit/tasks", false, false},
		{"metakit", "my/metakit/models", false, false},
		{"metakit/models", "my/metakit", false, true},
		{"metakit/models", "my/mtlkit/gp", false, false},
		{"metakit/tasks", "my/metakit", false, true},
		{"metakit/tasks", "my/mtlkit", false, false},
		{"mtlkit", "gonum.org/v1/gonum/mat", false, true},
		{"mtlkit", "my/mtlkit/balance", false, true},
		{"mtlkit/balance", "my/internal/kernel", false, true},
		{"mtlkit/balance", "my/mtlkit", false, false},
		{"mtlkit/balance", "my/autodiff", true, false},
		{"mtlkit/balance", "my/mtlkit/mtltest", true, true},
		{"mtlkit/balance", "my/mtlkit/mtltest", false, false},
		{"mtlkit", "myself/nn", false, true},
		{"mtlkit", "my/metakit", false, false},
		{"metakit", "my/mtlkit", true, false},
		{"metakit", "my/internal/kernel", false, false},
		{"metakit", "my/internal/kernel", true, true},
		{"autodiff", "my/nn", false, false},
		{"nn", "my/internal/kernel", false, true},
		{"nn", "my/notebooks/cell", true, false},
		{"nn", "github.com/janpfeifer/gonb/gonbui", false, false},
		{"nn", "gonum.org/v1/plot/vg", false, false},
		{"plots", "gonum.org/v1/plot/vg", false, true},
		{"plots", "my/nn", false, false},
		{"notebooks/cell", "my/plots", false, true},
		{"notebooks/cell", "my/nn", false, false},
		{"notebooks/cell", "github.com/janpfeifer/gonb/gonbui", false, true},
		{lessons, "my/metakit", false, true},
		{lessons, "my/notebooks/lessons/neurons", false, false},
		{lessons, "my/notebooks/cell", false, false},
		{lessons + "/neurons", "my/notebooks/lessons", false, true},
		{lessons + "/neurons", "my/datasets", false, true},
		{lessons + "/neurons", "my/internal/kernel", false, false},
		{lessons + "/neurons", "my/notebooks/lessons/twotasks", false, false},
		{lessons + "/neurons", "my/notebooks/lessons/twotasks", true, false},
		{lessons + "/neurons", "my/notebooks/lessons/lessontest", true, true},
		{lessons + "/neurons", "my/notebooks/lessons/lessontest", false, false},
		{lessons + "/neurons", "my/notebooks/cell", true, false},
		{lessons + "/neurons", "github.com/janpfeifer/gonb/gonbui", false, false},
		{lessons + "/lessontest", "my/plots", false, true},
		{lessons + "/lessontest", "my/mtlkit", false, false},
		{lessons + "/lessontest", "my/notebooks/lessons", false, false},
		{"sweep", "my/internal/durable", false, true},
		{"sweep", "my/mtlkit", false, false},
		{"mtlkit", "my/sweep", false, false},
		{"internal/kernel", "my/internal/numpy", false, true},
		{"internal/kernel", "my/autodiff", false, false},
		{"attic", "my/nn", false, false},
	} {
		if problem := refused("my", c.folder, c.imported, c.test); (problem == "") != c.ok {
			t.Errorf("%s importing %s: %q, want allowed %v", c.folder, c.imported, problem, c.ok)
		}
	}
}
