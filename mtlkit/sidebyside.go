package mtlkit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"kindred/internal/team"
)

// sideBySide is work that is done as many pieces at a time as there are processors. The first piece that fails, panics
// or ends its goroutine ends the context of the others.
type sideBySide struct {
	group  *errgroup.Group
	cancel context.CancelCauseFunc
	once   sync.Once
	fault  any // what a piece panicked with
}

var errEnded = errors.New("it ended its goroutine without returning, by runtime.Goexit, as FailNow of package testing " +
	"does; return an error instead")

func newSideBySide(ctx context.Context) (*sideBySide, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	return &sideBySide{group: group, cancel: cancel}, ctx
}

// do begins a piece of work when a processor is free.
func (s *sideBySide) do(f func() error) {
	s.group.Go(func() (err error) {
		returned := false
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
				s.once.Do(func() { s.fault = team.Located(r) })
			} else if !returned { // errgroup hears of no error
				s.once.Do(func() { s.fault = fmt.Sprintf("mtlkit: a part of the work failed: %v", errEnded) })
				s.cancel(errEnded)
			}
		}()
		err = f()
		returned = true
		return err
	})
}

// wait returns the first error when all pieces have ended. It panics with what a piece panicked with, and where one
// ended its goroutine.
func (s *sideBySide) wait() error {
	defer s.cancel(nil)
	err := s.group.Wait()
	if s.fault != nil {
		panic(s.fault)
	}
	return err
}
