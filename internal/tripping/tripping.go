// Package tripping gives tests a context that ends at a known moment of the work that it is handed to.
package tripping

import (
	"context"
	"sync/atomic"
)

// A Context ends when it was asked for its error a number of times. It has no Done channel.
type Context struct {
	context.Context
	most, looks atomic.Int64
}

// After returns a context that ends after that many looks.
func After(looks int) *Context {
	c := &Context{Context: context.Background()}
	c.most.Store(int64(looks))
	return c
}

// Never returns a context that does not end, and counts.
func Never() *Context { return After(1 << 62) }

// Err implements [context.Context].
func (c *Context) Err() error {
	if c.looks.Add(1) > c.most.Load() {
		return context.Canceled
	}
	return nil
}

// Looks returns how often Err was called.
func (c *Context) Looks() int { return int(c.looks.Load()) }
