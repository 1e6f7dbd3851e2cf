// Command gomlx is the sinusoid benchmark on GoMLX's backend in Go: one graph for a task, run task by task, with
// gradients summed and Adam applied in Go. It answers the driver as the other systems do.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"time"

	"github.com/gomlx/gomlx/backends"
	_ "github.com/gomlx/gomlx/backends/simplego"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
)

var shapes = [][]int{{1, 40}, {1, 40}, {40, 40}, {1, 40}, {40, 1}, {1, 1}}

func loss(p []*Node, x, y *Node) *Node {
	h := x
	for k := 0; k < len(p); k += 2 {
		h = Add(Dot(h, p[k]), p[k+1])
		if k+2 < len(p) {
			h = Max(h, ZerosLike(h))
		}
	}
	return ReduceAllMean(Square(Sub(h, y)))
}

// metaGradient takes the parameters, then support x and y, query x and y.
func metaGradient(in []*Node) []*Node {
	theta, x, y, xq, yq := in[:6], in[6], in[7], in[8], in[9]
	fast := make([]*Node, len(theta))
	for k, g := range Gradient(loss(theta, x, y), theta...) {
		fast[k] = Sub(theta[k], MulScalar(g, 0.01))
	}
	return Gradient(loss(fast, xq, yq), theta...)
}

func main() {
	log.SetFlags(0)
	backend, err := backends.NewWithConfig("go")
	if err != nil {
		log.Fatal(err)
	}
	version := "gomlx"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/gomlx/gomlx" {
				version += " " + m.Version
			}
		}
	}
	var step func()
	var compile float64
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var name, precision string
		var seconds float64
		if _, err := fmt.Sscan(lines.Text(), &name, &precision, &seconds); err != nil || name != "maml-1-step" {
			log.Fatalf("gomlx: %q", lines.Text())
		}
		if step == nil {
			start := time.Now()
			step = training(backend)
			step()
			compile = time.Since(start).Seconds()
		}
		n := 0
		start := time.Now()
		for time.Since(start).Seconds() < seconds || n == 0 {
			step()
			n++
		}
		if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"ms": time.Since(start).Seconds() * 1e3 / float64(n),
			"iterations": n, "compile_s": compile, "version": version}); err != nil {
			log.Fatal(err)
		}
	}
}

// training returns a function that does one meta-iteration.
func training(backend backends.Backend) func() {
	rng := rand.New(rand.NewPCG(1, 2))
	exec := MustNewExec(backend, metaGradient)
	theta, m, v := make([][]float32, len(shapes)), make([][]float32, len(shapes)), make([][]float32, len(shapes))
	for k, s := range shapes {
		n := s[0] * s[1]
		theta[k], m[k], v[k] = make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range theta[k] {
			if k%2 == 0 {
				theta[k][i] = float32(0.01 * rng.NormFloat64())
			}
		}
	}
	t := 0
	x, y := make([]float32, 20), make([]float32, 20)
	return func() {
		sum := make([][]float32, len(shapes))
		params := make([]any, 0, 10)
		for k, s := range shapes {
			sum[k] = make([]float32, s[0]*s[1])
			params = append(params, tensors.FromFlatDataAndDimensions(theta[k], s...))
		}
		for range 25 {
			amplitude, phase := 0.1+4.9*rng.Float64(), math.Pi*rng.Float64()
			for i := range x {
				at := -5 + 10*rng.Float64()
				x[i], y[i] = float32(at), float32(amplitude*math.Sin(at-phase))
			}
			args := params[:6:6]
			for _, part := range [][]float32{x[:10], y[:10], x[10:], y[10:]} {
				args = append(args, tensors.FromFlatDataAndDimensions(part, 10, 1))
			}
			for k, g := range exec.MustExec(args...) {
				for i, d := range tensors.MustCopyFlatData[float32](g) {
					sum[k][i] += d / 25
				}
			}
		}
		t++
		c1, c2 := 1-math.Pow(0.9, float64(t)), 1-math.Pow(0.999, float64(t))
		for k := range theta {
			for i, g := range sum[k] {
				m[k][i] = 0.9*m[k][i] + 0.1*g
				v[k][i] = 0.999*v[k][i] + 0.001*g*g
				theta[k][i] -= float32(1e-3 * float64(m[k][i]) / c1 / (math.Sqrt(float64(v[k][i])/c2) + 1e-8))
			}
		}
	}
}
