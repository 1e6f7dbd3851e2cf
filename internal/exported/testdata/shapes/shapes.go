// Package shapes has one of each thing that a package can export.
package shapes

import (
	"errors"
	"io"
)

const Sides = 4

const (
	Round Kind = iota
	hidden
	Flat
)

var ErrFlat = errors.New("flat")

var (
	Names  = []string{"round", "flat"}
	Area   = func(width, height float64) float64 { return width * height }
	secret int
)

type Kind int

type Also = Kind

type Rule func(step int, do func(name string)) (ok bool, err error)

type Box[T any, U io.Reader] struct {
	Width, Height float64
	Of            map[string][]*T
	io.Reader
	base
	reader U
}

type base struct{}

// Promoted is a method of every Box.
func (base) Promoted() {}

type Shape interface {
	Area(scale float64) float64
	io.Writer
	private()
}

func New[T any](name string, all ...T) (*Box[T, io.Reader], error) { return nil, nil }

func (b *Box[T, U]) Grow(by [2]float64) {}

func (Kind) String() string { return "" }

func lower() {}
