package gp

import (
	"runtime"
	"testing"
)

// The likelihood of 2,000 rows with its gradient, of which a fit takes some hundred; a model of them; a place
// predicted.
//
//	go test ./mtlkit/gp -run - -bench . -benchtime 3x
func BenchmarkICM(b *testing.B) {
	const n = 2000
	tasks := make([]int, n)
	for i := range tasks {
		tasks[i] = i % 3
	}
	d := draw(truth(), 1, tasks...)
	rows, err := d.present()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("gradient", func(b *testing.B) {
		p := trace(rows, 3, 1)
		c := newClimb(b.Context(), p, n)
		numbers := p.numbers(truth())
		for b.Loop() {
			numbers[0] += 1e-3
			c.run(numbers)
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapInuse)/1e6, "MB")
	})
	b.Run("condition", func(b *testing.B) {
		for b.Loop() {
			if _, err := truth().condition(rows); err != nil {
				b.Fatal(err)
			}
		}
	})
	model, err := truth().condition(rows)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("predict 100 places", func(b *testing.B) {
		places := draw(truth(), 2, tasks[:100]...).X
		for b.Loop() {
			if _, _, err := model.Predict(places, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
}
