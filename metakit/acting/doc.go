// Package acting learns to act.
package acting
