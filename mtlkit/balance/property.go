package balance

import (
	"fmt"
	"math/bits"
	"strings"
)

// A Property is a set of things that hold for an aggregator A on every Jacobian J, whose rows gᵢ are task gradients.
// Package mtltest checks them. For an aggregator that remembers, or learns, they are those of its first step.
type Property uint8

const (
	// NonConflicting aggregators hurt no task, to first order: gᵢ·A(J) ≥ 0 for all i.
	NonConflicting Property = 1 << iota
	// PermutationEquivariant aggregators do not mind the order of the tasks: A(PJ) = A(J).
	PermutationEquivariant
	// LinearUnderScaling aggregators follow the lengths of the gradients: c ↦ A(diag(c)J) is linear for c > 0.
	LinearUnderScaling
	// StronglyStationary aggregators stop only where a weighed sum of all gradients vanishes: if A(J) = 0 then there is
	// a w > 0 with Jᵀw = 0.
	StronglyStationary
	// ScaleInvariant aggregators do not mind the lengths of the gradients: A(diag(c)J) = A(J) for c > 0.
	ScaleInvariant

	// NoProperty is the empty set.
	NoProperty Property = 0
)

var propertyNames = []string{
	"non-conflicting", "permutation equivariant", "linear under scaling", "strongly stationary", "scale invariant",
}

// Properties returns all properties, one each.
func Properties() []Property {
	all := make([]Property, len(propertyNames))
	for i := range all {
		all[i] = 1 << i
	}
	return all
}

// Has reports whether all of q are in p.
func (p Property) Has(q Property) bool { return p&q == q }

// String returns the names of the properties in p, with commas between them.
func (p Property) String() string {
	var names []string
	for rest := p; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros8(uint8(rest))
		if i >= len(propertyNames) {
			return fmt.Sprintf("Property(%d)", uint8(p))
		}
		names = append(names, propertyNames[i])
	}
	return strings.Join(names, ", ")
}
