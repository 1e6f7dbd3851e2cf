// Package sharing holds architectures for several tasks, a file each: who shares what with whom.
//
// Each is a [mtlkit.Model], a value that says its shapes, its first parameters and one traced function, and a
// [mtlkit.Twinned], which says what network a task would have alone. Package mtltest tests models of one's own.
package sharing
