package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// patience is how long a server may be silent.
var patience = 30 * time.Second

// complete fetches what a part lacks of a file, and reports whether it went on with what had come before.
func (p *part) complete(ctx context.Context, f File) (went bool, err error) {
	have, err := p.size()
	if err != nil || have == f.Size {
		return true, err
	}
	if have > f.Size {
		if err := p.clear(); err != nil {
			return false, err
		}
		have = 0
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(patience, func() { cancel(fmt.Errorf("silent for %v", patience)) })
	defer silence.Stop()
	body, from, err := open(ctx, f, have)
	if err != nil {
		return false, becauseOf(ctx, err)
	}
	defer body.Close()
	if from == 0 {
		if err := p.clear(); err != nil {
			return false, err
		}
	}
	return from > 0, p.copy(ctx, f, from, body, func() { silence.Reset(patience) })
}

// copy writes to the part from that byte on what body has, and calls heard whenever something came.
func (p *part) copy(ctx context.Context, f File, from int64, body io.Reader, heard func()) error {
	buffer := make([]byte, 64<<10)
	for {
		n, err := body.Read(buffer)
		heard()
		if from+int64(n) > f.Size {
			if err := p.clear(); err != nil {
				return err
			}
			return fmt.Errorf("%s has more than the %d bytes that were published: it has changed, or something on the way "+
				"answered in its place", f.URL, f.Size)
		}
		if _, err := p.file.WriteAt(buffer[:n], from); err != nil {
			return unwritable(err)
		}
		from += int64(n)
		if err == io.EOF && from == f.Size {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s breaks off after %d of %d bytes: %w; the next try goes on from there", f.URL, from, f.Size,
				becauseOf(ctx, err))
		}
	}
}

// open asks for a file from that byte on. It returns what comes and the byte that this begins with: 0 from a server that
// does not send parts.
//
// There is no If-Range: whether the parts fit is told by the checksum, and for any server.
func open(ctx context.Context, f File, have int64) (body io.ReadCloser, from int64, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
	if err != nil {
		return nil, 0, err
	}
	request.Close = true                              // one file is all that is asked for
	request.Header.Set("Accept-Encoding", "identity") // so that a byte's number is the same in each try
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, 0, err
	}
	rest := fmt.Sprintf("bytes %d-%d/%d", have, f.Size-1, f.Size)
	switch code := response.StatusCode; {
	case have > 0 && code == http.StatusPartialContent && response.Header.Get("Content-Range") == rest:
		return response.Body, have, nil
	case have > 0 && (code == http.StatusPartialContent || code == http.StatusRequestedRangeNotSatisfiable):
		response.Body.Close()
		return open(ctx, f, 0)
	case code != http.StatusOK:
		response.Body.Close()
		return nil, 0, fmt.Errorf("%s answers %s", f.URL, response.Status)
	case response.ContentLength >= 0 && response.ContentLength != f.Size:
		response.Body.Close()
		return nil, 0, fmt.Errorf("%s has %d bytes, want %d: it has changed, or something on the way answered in its place",
			f.URL, response.ContentLength, f.Size)
	}
	return response.Body, 0, nil
}

// becauseOf returns why the context ended, in place of what that did to the connection.
func becauseOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return cause
	}
	return err
}
