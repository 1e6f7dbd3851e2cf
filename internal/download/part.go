package download

import (
	"context"
	"fmt"
	"io"
	"os"

	"kindred/internal/durable"
)

// A part is the file of what has come so far. It is locked: nobody else writes to it or removes it.
type part struct{ file *os.File }

// claim waits until the part file of that path is nobody else's.
func claim(ctx context.Context, path string) (*part, error) {
	file, err := durable.Claim(ctx, path)
	if err != nil {
		return nil, err
	}
	return &part{file}, nil
}

// size returns how many bytes have come.
func (p *part) size() (int64, error) {
	info, err := p.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// content returns all bytes that have come.
func (p *part) content() ([]byte, error) {
	size, err := p.size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(p.file, 0, size), data); err != nil {
		return nil, fmt.Errorf("%s: %w", p.file.Name(), err)
	}
	return data, nil
}

// clear forgets what has come.
func (p *part) clear() error {
	if size, err := p.size(); err != nil || size == 0 {
		return err
	}
	return unwritable(p.file.Truncate(0))
}

// release removes the part file, if all that it holds is stored elsewhere or there is nothing in it, and lets others have
// one of that name.
func (p *part) release() {
	if size, err := p.size(); err == nil && size == 0 {
		os.Remove(p.file.Name())
	}
	p.file.Close()
}

// unwritable says what to do about a part file that cannot be written; nil stays nil.
func unwritable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("what comes cannot be stored: %w; see that its disk has room", err)
}
