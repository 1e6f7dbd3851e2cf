package datasets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image/color"
	"image/png"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

// omniglotSide is the width and height of a drawing as published.
const omniglotSide = 105

// readDrawing returns the pixels of a member of an archive as [parseDrawing] does.
func readDrawing(archive *unpack.Archive, member *zip.File) ([]byte, error) {
	data, err := archive.Read(member)
	if err != nil {
		return nil, err
	}
	pixels, err := parseDrawing(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", unpack.Clip(member.Name), err)
	}
	return pixels, nil
}

// parseDrawing returns the pixels of a PNG of 105 × 105, row by row, 0 for black to 255 for white. The size that the file
// states is looked at before there is memory for it.
func parseDrawing(data []byte) ([]byte, error) {
	stated, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if stated.Width != omniglotSide || stated.Height != omniglotSide {
		return nil, fmt.Errorf("%d × %d pixels, want %d × %[3]d", stated.Width, stated.Height, omniglotSide)
	}
	reader := bytes.NewReader(data)
	picture, err := png.Decode(reader)
	if err != nil {
		return nil, err
	}
	if reader.Len() > 0 {
		return nil, fmt.Errorf("%d bytes follow the end of the picture; fetch the file anew", reader.Len())
	}
	pixels := make([]byte, 0, omniglotSide*omniglotSide)
	for y := range omniglotSide {
		for x := range omniglotSide {
			pixels = append(pixels, color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y)
		}
	}
	return pixels, nil
}

// inked returns dark ink on white as 1 for ink and 0 for paper.
func inked(pixels []byte) []float64 {
	out := make([]float64, len(pixels))
	for i, p := range pixels {
		out[i] = 1 - float64(p)/255
	}
	return out
}

// shrink returns a picture of from × from pixels at to × to: each new pixel is the mean of the area it covers.
func shrink(pixels []float64, from, to int) []float64 {
	cover := overlap(from, to)
	half, out := mat.NewDense(to, from, nil), mat.NewDense(to, to, nil)
	half.Mul(cover, mat.NewDense(from, from, pixels))
	out.Mul(half, cover.T())
	return out.RawMatrix().Data
}

// overlap returns the to × from matrix of the shares that old cells have in new ones along a line.
func overlap(from, to int) *mat.Dense {
	m := mat.NewDense(to, from, nil)
	width := float64(from) / float64(to)
	for i := range to {
		low, high := float64(i)*width, float64(i+1)*width
		for j := range from {
			m.Set(i, j, max(0, min(high, float64(j+1))-max(low, float64(j)))/width)
		}
	}
	return m
}
