package team

import "runtime"

// A Copier copies long slices side by side. The zero value is ready; it copies one slice at a time.
type Copier struct {
	job      Job
	dst, src []float64
	portion  func(worker, k int) // c.part, once
}

// A portion has so many numbers. Shorter slices than leastCopied are copied as a whole.
const (
	copied      = 1 << 12
	leastCopied = 1 << 14
)

// Copy copies src to dst, which must be as long.
func (c *Copier) Copy(dst, src []float64) {
	if len(src) < leastCopied {
		copy(dst, src)
		return
	}
	if c.portion == nil {
		c.portion = c.part
	}
	c.dst, c.src = dst, src
	c.job.Do((len(src)+copied-1)/copied, runtime.GOMAXPROCS(0), c.portion)
	c.dst, c.src = nil, nil
}

func (c *Copier) part(_, k int) {
	from, to := k*copied, min((k+1)*copied, len(c.src))
	copy(c.dst[from:to], c.src[from:to])
}
