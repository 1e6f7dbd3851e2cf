package durable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Unstamped is the value of the entry "sha256" of a file in JSON, or with a header in JSON, before [Stamp].
var Unstamped = strings.Repeat("0", 2*sha256.Size)

// opens is what stands before the checksum in the file.
var opens = []byte(`"sha256":"`)

// Stamp puts the checksum of a file into it: the first entry "sha256":"…" gets the SHA-256, in hexadecimal digits, of
// the file with [Unstamped] there.
func Stamp(data []byte) error {
	at := place(data)
	if at < 0 || string(data[at:at+len(Unstamped)]) != Unstamped {
		return errors.New("the file has no room for its checksum")
	}
	sum := sha256.Sum256(data)
	hex.Encode(data[at:], sum[:])
	return nil
}

// CheckStamp returns an error that wraps [ErrRefused] unless a file is as [Stamp] left it.
func CheckStamp(data []byte) error {
	at := place(data)
	if at < 0 {
		return fmt.Errorf("%w: it has no checksum: it is not of this library, or damaged", ErrRefused)
	}
	end := at + len(Unstamped)
	h := sha256.New()
	h.Write(data[:at])
	h.Write([]byte(Unstamped))
	h.Write(data[end:])
	if hex.EncodeToString(h.Sum(nil)) != string(data[at:end]) {
		return fmt.Errorf("%w: it is damaged: its checksum is wrong", ErrRefused)
	}
	return nil
}

// place returns where the first checksum in a file begins, or −1.
func place(data []byte) int {
	at := bytes.Index(data, opens)
	if at < 0 || len(data)-at-len(opens) < len(Unstamped) {
		return -1
	}
	return at + len(opens)
}
