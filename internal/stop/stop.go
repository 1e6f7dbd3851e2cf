// Package stop lets long work be given up in its midst: a program under way, a large product, a batch of tasks.
package stop

import (
	"context"
	"sync/atomic"
)

// A Sign tells whether work is still wanted. Whoever does a part of the work looks at it between pieces of some
// milliseconds at most, and returns early if it is up; what was to be computed then means nothing. Once seen up, it
// stays up for all, until the next work begins.
//
// The zero value, and nil, are a sign that is never up. Begin and Err are for the one who has the work done, before it
// and after it.
type Sign struct {
	ctx context.Context // of the work under way; nil if nobody can give it up
	up  atomic.Bool
}

// Begin takes the sign down, for work that is given up when ctx ends; with nil it stays down.
func (s *Sign) Begin(ctx context.Context) {
	s.ctx = ctx
	if s.up.Load() { // a load is cheaper than a store
		s.up.Store(false)
	}
}

// Up reports whether the work is to be given up. It costs a few nanoseconds.
func (s *Sign) Up() bool {
	if s == nil || s.ctx == nil {
		return false
	}
	if s.up.Load() {
		return true
	}
	if s.ctx.Err() == nil {
		return false
	}
	s.up.Store(true)
	return true
}

// Watching reports whether the work under way can be given up.
func (s *Sign) Watching() bool { return s.ctx != nil }

// Raise puts the sign up, for one who saw elsewhere that the work is to be given up.
func (s *Sign) Raise() { s.up.Store(true) }

// Err returns why the work was given up: the error of the context, or nil if nobody saw the sign up, so that all of the
// work was done.
func (s *Sign) Err() error {
	if !s.up.Load() {
		return nil
	}
	if s.ctx != nil && s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	return context.Canceled // a context that changed its mind
}
