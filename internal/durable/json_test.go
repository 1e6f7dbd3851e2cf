package durable

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

type numbers struct {
	SHA256 string `json:"sha256"`
	Values []float64
}

func TestJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "numbers.json")
	want := numbers{Unstamped, []float64{1, 0.1}}
	if err := ReplaceJSON(path, want); err != nil {
		t.Fatal(err)
	}
	var got numbers
	if err := ReadJSON(path, &got); err != nil || len(got.SHA256) != len(Unstamped) || got.SHA256 == Unstamped {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.SHA256 = Unstamped; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := ReplaceJSON(path, numbers{Values: []float64{2}}); err == nil {
		t.Error("a value without room for its checksum is written")
	}
	if err := ReadJSON(path, &got); err != nil || len(got.Values) != 2 {
		t.Errorf("a file that could not be replaced is %+v, %v", got, err)
	}
	if err := ReplaceJSON(path, func() {}); err == nil {
		t.Error("a function is written")
	}
	if err := os.WriteFile(path, []byte(`{"sha256":"`+Unstamped+`","Values":[3]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := ReadJSON(path, &got); !errors.Is(err, ErrRefused) {
		t.Errorf("another checksum: %v", err)
	}
	if err := ReadJSON(path+"x", &got); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
