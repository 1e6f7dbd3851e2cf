// Package sharing holds architectures for several tasks, a file each: who shares what with whom.
//
//	HardSharing    one trunk, a head for each task
//	Hierarchical   a trunk that the tasks leave at different depths
//	Tree           a trunk that branches; a node is shared by the tasks below it
//	Branching      learns such a tree
//	OwnFirst       first layers of each task's own, and common last ones
//	SoftSharing    a network for each task, drawn together by a penalty
//	CrossStitch    a column for each task, stitched together after each level
//	Sluice         columns stitched subspace by subspace, and a mixture of all levels for each head
//	MTAN           one trunk, of whose levels each task's masks let through what it needs
//	OMoE, MMoE     experts that all share, mixed by one gate, or by one of each task
//	CGC, PLE       experts of a task's own beside the shared ones, in one level or several
//	AdaTT          each task's gate mixes the experts of all tasks, its own once more
//
// The gates of OMoE, MMoE, CGC and PLE may pick few experts: [DSelectK], or a [Gate] of your own.
//
// Each is a [mtlkit.Model], a value that says its shapes, its first parameters and one traced function, and a
// [mtlkit.Twinned], which says what network a task would have alone, at the same width or, by [mtlkit.EqualCapacity],
// with as many parameters for all. Package mtltest tests models of one's own.
package sharing
