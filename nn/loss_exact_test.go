package nn

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
)

// logits are numbers of all sizes up to the largest, of both signs.
func logits(largest float64, n int) []float64 {
	z := []float64{0, largest, -largest}
	for _, v := range []float64{1e-300, 1e-30, 1e-8, 0.1, 0.5, 1, 5, 12, 16, 17, 36, 37, 40} {
		z = append(z, v, -v)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for len(z) < n {
		z = append(z, largest*(2*rng.Float64()-1))
	}
	return z
}

// curve runs a loss of n rows and returns its values, and its first and second derivatives by the logits in the given
// direction: rows are independent, so that the derivative of the sum is that of each.
func curve(loss Loss, precision autodiff.Precision, z, y []float64, rows int, direction []float64) (v, first, second []float64) {
	g := autodiff.New()
	logit, label := g.Input("z", rows, len(z)/rows), g.Input("y", rows, len(y)/rows)
	value := loss.PerRow(logit, label)
	slope := autodiff.Grad(value.Sum(), logit)
	bend := autodiff.Grad(slope.Mul(g.Const(rows, len(z)/rows, direction)).Sum(), logit)
	ws := autodiff.CompileAs(precision, value, slope, bend).NewWorkspace()
	ws.Set(logit, z)
	ws.Set(label, y)
	ws.Run()
	return ws.Read(value, nil), ws.Read(slope, nil), ws.Read(bend, nil)
}

// A loss is as exact where the prediction is sure and right as elsewhere, and so are its derivatives. The functions of
// the kernel are within 2.2 units in the last place in float64, and a few roundings follow; float32 is rounded from
// float64. softplus(z) − z·y is 0 at y = 1 from z = 37, or 17 in float32.
func TestLogisticLossIsExact(t *testing.T) {
	for _, c := range []struct {
		precision autodiff.Precision
		largest   float64
		unit      float64
	}{{autodiff.Float64, 700, 0x1p-52}, {autodiff.Float32, 80, 0x1p-23}} {
		var z, y []float64
		for _, label := range []float64{0, 1, 0.5, 0.25, 0x1p-20, 1 - 0x1p-20, float64(float32(0.3))} {
			for _, v := range logits(c.largest, 60) {
				if c.precision == autodiff.Float32 {
					if v = float64(float32(v)); v != 0 && math.Abs(v) < 0x1p-126 {
						continue
					}
				}
				z, y = append(z, v), append(y, label)
			}
		}
		ones := make([]float64, len(z))
		for k := range ones {
			ones[k] = 1
		}
		value, first, second := curve(LogisticLoss{}, c.precision, z, y, len(z), ones)
		for k := range z {
			zk, yk, one := real(z[k]), real(y[k]), real(1)
			right, wrong := logistic(zk), logistic(minus(real(0), zk))
			soft := plus(times(yk, log1p(exp(minus(real(0), zk)))), times(minus(one, yk), log1p(exp(zk))))
			slope := minus(times(minus(one, yk), right), times(yk, wrong))
			at := fmt.Sprintf("%v, logit %v, label %v", c.precision, z[k], y[k])
			near(t, at+": loss", value[k], number(soft), 6*c.unit*number(soft))
			// With a label between, the slope has a root, about which it is exact to the size of its two terms.
			terms := number(plus(times(minus(one, yk), right), times(yk, wrong)))
			if y[k] != 0 && y[k] != 1 {
				terms = math.Max(terms, 0.5)
			}
			near(t, at+": slope", first[k], number(slope), 4*c.unit*terms)
			bend := number(times(right, wrong))
			near(t, at+": second derivative", second[k], bend, 6*c.unit*bend)
		}
	}
}

// The softmax loss with the right class at z_y is log(1 + S), S = Σ exp(zⱼ − z_y) over the others. A difference of logits
// is rounded, by half a unit of its size, and exp turns that into as many units of the loss.
func TestSoftmaxLossIsExact(t *testing.T) {
	for _, c := range []struct {
		precision autodiff.Precision
		largest   float64
		unit      float64
	}{{autodiff.Float64, 300, 0x1p-52}, {autodiff.Float32, 35, 0x1p-23}} {
		for _, classes := range []int{2, 3, 10} {
			rng := rand.New(rand.NewPCG(uint64(classes), 0))
			var z, y, along []float64
			for k, far := range logits(c.largest, 75) {
				right := k % classes
				for j := range classes {
					v := rng.NormFloat64()
					if k%3 == 0 {
						v *= 0.1 * c.largest / 3
					}
					if j == right {
						v = far
					}
					if k%5 == 0 {
						v = far // all equal
					}
					z, along = append(z, float64(float32(v))), append(along, float64(float32(rng.NormFloat64())))
				}
				y = append(y, float64(right))
			}
			value, first, second := curve(SoftmaxLoss{}, c.precision, z, y, len(y), along)
			for k := range y {
				row, right := z[k*classes:(k+1)*classes], int(y[k])
				sum, widest, powers := real(0), 0.0, make([]*big.Float, classes) // of e, to zⱼ − z_y
				for j, v := range row {
					powers[j] = exp(minus(real(v), real(row[right])))
					if j != right {
						sum = plus(sum, powers[j])
						widest = math.Max(widest, math.Abs(v-row[right]))
					}
				}
				size := number(log1p(sum)) // of the loss
				at := fmt.Sprintf("%v, logits %v, class %d", c.precision, row, right)
				units := c.unit * (widest + float64(classes) + 8)
				near(t, at+": loss", value[k], size, units*size)
				all, mean := plus(real(1), sum), real(0)
				for j := range row {
					p := over(powers[j], all)
					mean = plus(mean, times(p, real(along[k*classes+j])))
				}
				for j := range row {
					p := over(powers[j], all)
					slope := number(p)
					if j == right {
						slope = -number(over(sum, all))
					}
					near(t, at+": slope", first[k*classes+j], slope, 2*units*math.Abs(slope)+0x1p-126)
					// The Hessian times the direction u is pⱼ(uⱼ − Σ p·u).
					bend := number(times(p, minus(real(along[k*classes+j]), mean)))
					scale := 4 * number(over(sum, all)) // of every entry of the Hessian, and |u| < 4
					near(t, at+": second derivative", second[k*classes+j], bend, 2*units*scale+0x1p-126)
				}
			}
		}
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.17g, want %.17g: off by %.3g, at most %.3g", what, got, want, math.Abs(got-want), tolerance)
	}
}

// The Huber loss is that of its definition on both sides of Delta and at it, with its derivatives.
func TestHuberLossIsExact(t *testing.T) {
	for _, delta := range []float64{1e-3, 1, 7} {
		var r, zero, ones []float64
		for _, v := range []float64{0, 1e-9, 0.5, 1, math.Nextafter(1, 2), 2, 1e6, 1e200} {
			r, zero, ones = append(r, v*delta, -v*delta), append(zero, 0, 0), append(ones, 1, 1)
		}
		value, first, second := curve(HuberLoss{Delta: delta}, autodiff.Float64, r, zero, len(r), ones)
		for k, v := range r {
			loss, slope, bend := v*v/2, v, 1.0
			if math.Abs(v) > delta {
				loss, slope, bend = delta*(math.Abs(v)-delta/2), math.Copysign(delta, v), 0
			}
			at := fmt.Sprintf("residual %v, Delta %v", v, delta)
			near(t, at+": loss", value[k], loss, 4*0x1p-53*loss)
			near(t, at+": slope", first[k], slope, 0)
			near(t, at+": second derivative", second[k], bend, 0)
		}
	}
}
