package autodiff

import (
	"math"
	"runtime"
	"testing"
	"time"
)

// Tracing, compiling and running an unrolled loop costs in time and memory what its steps cost, not their square: 400
// steps four times what 100 do, where the square would be sixteen times. Memory is counted; time is that of the best of
// several attempts, since others may be busy on the machine.
func TestGrowthIsLinear(t *testing.T) {
	cost := func(steps int) (took time.Duration, bytes float64) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		inputs, outs := maml(steps, Value.ReLU)
		ws := Compile(outs...).NewWorkspace()
		fillInputs(ws, inputs)
		ws.Run()
		took = time.Since(start)
		runtime.ReadMemStats(&after)
		return took, float64(after.TotalAlloc - before.TotalAlloc)
	}
	best := math.Inf(1)
	for range 10 {
		few, fewBytes := cost(100)
		many, manyBytes := cost(400)
		if ratio := manyBytes / fewBytes; ratio > 4.5 {
			t.Fatalf("400 steps allocate %.2f times what 100 do", ratio)
		}
		if best = min(best, many.Seconds()/few.Seconds()); best < 4.5 {
			return
		}
	}
	if best > 8 {
		t.Errorf("400 steps take at least %.2f times as long as 100", best)
	}
}
