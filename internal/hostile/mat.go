package hostile

import (
	"bytes"
	"encoding/binary"
)

// Kinds and classes of MATLAB 5 files that the builders below need.
const (
	MATInt8       = 1
	MATUint8      = 2
	MATInt32      = 5
	MATUint32     = 6
	MATDouble     = 9
	MATMatrix     = 14
	MATCompressed = 15

	ClassCell   = 1
	ClassDouble = 6
)

// MAT is a MATLAB 5 file of elements.
func MAT(elements ...[]byte) []byte {
	return append(append(make([]byte, 124), 0, 1, 'I', 'M'), bytes.Join(elements, nil)...)
}

// MATLong is an element with its length beside its kind, padded to eight bytes.
func MATLong(kind uint32, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, kind)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	return append(out, make([]byte, (8-len(body)%8)%8)...)
}

// MATShort is an element of up to four bytes in eight.
func MATShort(kind uint32, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(body))<<16|kind)
	return append(append(out, body...), make([]byte, 4-len(body))...)
}

// MATArray is an array of a class and a size, with parts behind its name.
func MATArray(class byte, rows, cols uint32, name string, parts ...[]byte) []byte {
	dims := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, rows), cols)
	return MATLong(MATMatrix, bytes.Join([][]byte{MATLong(MATUint32, []byte{class, 0, 0, 0, 0, 0, 0, 0}), MATLong(MATInt32, dims),
		MATShort(MATInt8, []byte(name)), bytes.Join(parts, nil)}, nil))
}

// MATBytes is a matrix of numbers of one byte each.
func MATBytes(rows, cols int, numbers ...byte) []byte {
	return MATArray(ClassDouble, uint32(rows), uint32(cols), "", MATLong(MATUint8, numbers))
}

// MATPacked is an element packed by zlib, which is not padded.
func MATPacked(element []byte) []byte {
	packed := Zlib(element)
	out := binary.LittleEndian.AppendUint32(nil, MATCompressed)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(packed)))
	return append(out, packed...)
}

// MATNested is a cell array in a cell array, and so on, to a depth.
func MATNested(depth int) []byte {
	head := MATArray(ClassCell, 1, 1, "")[8:] // flags, dimensions and name: 40 bytes
	out := make([]byte, 0, depth*(8+len(head)))
	for k := depth; k > 0; k-- {
		out = binary.LittleEndian.AppendUint32(out, MATMatrix)
		out = binary.LittleEndian.AppendUint32(out, uint32(k*(8+len(head))-8))
		out = append(out, head...)
	}
	return out
}
