package mtlkit

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"kindred/internal/team"
)

// sideBySide is work that is done as many pieces at a time as there are processors. The first piece that fails or
// panics ends the context of the others.
type sideBySide struct {
	group *errgroup.Group
	once  sync.Once
	fault any // what a piece panicked with
}

func newSideBySide(ctx context.Context) (*sideBySide, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	return &sideBySide{group: group}, ctx
}

// do begins a piece of work when a processor is free.
func (s *sideBySide) do(f func() error) {
	s.group.Go(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
				s.once.Do(func() { s.fault = team.Located(r) })
			}
		}()
		return f()
	})
}

// wait returns the first error when all pieces have ended. It panics with what a piece panicked with.
func (s *sideBySide) wait() error {
	err := s.group.Wait()
	if s.fault != nil {
		panic(s.fault)
	}
	return err
}
