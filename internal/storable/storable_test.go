package storable

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

type node struct {
	Name string
	Next *node
	Kids []node
	By   map[string]*node
}

func TestWhatIsStored(t *testing.T) {
	shared := &node{Name: "shared"}
	row := make([]node, 2)
	row[1].Kids = row[:1]
	for name, v := range map[string]any{
		"NaN":        []float64{math.NaN(), math.Inf(1)},
		"complex":    complex(math.NaN(), 1),
		"tree":       node{"a", shared, []node{{Name: "b", Next: shared}}, map[string]*node{"c": shared}},
		"part":       node{Kids: row},
		"nil":        node{},
		"empty rows": [][]float64{{}, nil},
	} {
		if len(Encode("test", v)) == 0 {
			t.Errorf("%s: nothing", name)
		}
	}
}

func TestLoops(t *testing.T) {
	type list []list
	row := make(list, 1)
	row[0] = row
	self, wide, mapped := &node{Name: "a"}, node{Kids: make([]node, 2)}, node{By: map[string]*node{}}
	self.Next = self
	wide.Kids[1].Kids = wide.Kids
	mapped.By["me"] = &mapped
	for at, v := range map[string]any{"value.Next": self, "value.Kids[1].Kids": wide, "value.By[me].By": mapped, "value[0]": row} {
		func() {
			defer func() {
				said, _ := recover().(string)
				if !strings.HasPrefix(said, "test: a ") || !strings.HasSuffix(said, "leads back to itself at "+at) {
					t.Errorf("it says %q, want that it leads back at %s", said, at)
				}
			}()
			Encode("test", v)
			t.Errorf("%s: no panic", at)
		}()
	}
}

// Every change of a field changes the description of a type.
func TestDescribe(t *testing.T) {
	seen := map[string]int{}
	for k, v := range []any{
		struct{ A int }{}, struct{ B int }{}, struct{ A int32 }{}, struct{ A, B int }{}, struct{ A []int }{}, struct{ A *int }{},
		struct{ A [2]int }{}, struct{ A map[int]int }{}, struct{ A map[int][]int }{}, struct{ A []struct{ C int } }{},
		struct{ A []struct{ D int } }{}, node{}, 0, 0.0, "",
	} {
		text := Describe(reflect.TypeOf(v))
		if other, ok := seen[text]; ok {
			t.Errorf("types %d and %d are both %s", other, k, text)
		}
		seen[text] = k
	}
}
