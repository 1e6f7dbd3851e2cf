package datasets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"kindred/internal/unpack"
)

// omniglotSide is the width and height of a drawing as published.
const omniglotSide = 105

// readDrawing returns the bytes of a member of an archive, and its pixels as [parseDrawing] does.
func readDrawing(archive *unpack.Archive, member *zip.File) (data, pixels []byte, err error) {
	if data, err = archive.Read(member); err != nil {
		return nil, nil, err
	}
	if pixels, err = parseDrawing(data); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", unpack.Clip(member.Name), err)
	}
	return data, pixels, nil
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
	if grey, ok := picture.(*image.Gray); ok { // as all of Omniglot's are
		for y := range omniglotSide {
			pixels = append(pixels, grey.Pix[y*grey.Stride:][:omniglotSide]...)
		}
		return pixels, nil
	}
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

// A shrinker makes pictures of from × from pixels smaller: each new pixel is the mean of the area that it covers.
type shrinker struct {
	from, to int
	cover    []cover // of each new cell along a line
}

// A cover says which old cells a new one covers, those from first on, and the share of each in it.
type cover struct {
	first  int
	shares []float64
}

func newShrinker(from, to int) shrinker {
	s := shrinker{from, to, make([]cover, to)}
	width := float64(from) / float64(to)
	for i := range s.cover {
		c, low, high := &s.cover[i], float64(i)*width, float64(i+1)*width
		for j := range from {
			share := (min(high, float64(j+1)) - max(low, float64(j))) / width
			switch {
			case share > 0:
				c.shares = append(c.shares, share)
			case len(c.shares) == 0:
				c.first = j + 1
			}
		}
	}
	return s
}

// of returns the picture at its new size.
func (s shrinker) of(pixels []float64) []float64 {
	out := make([]float64, s.to*s.to)
	shrink(s, out, make([]float64, s.to*s.from), pixels)
	return out
}

// shrink puts the picture at its new size into out; it needs room for half of the work, of to·from numbers.
func shrink[P byte | float64](s shrinker, out, half []float64, pixels []P) {
	for i, c := range s.cover { // rows
		row := half[i*s.from:][:s.from]
		clear(row)
		for k, share := range c.shares {
			for x, v := range pixels[(c.first+k)*s.from:][:s.from] {
				row[x] += share * float64(v)
			}
		}
	}
	for i := range s.to {
		for j, c := range s.cover {
			sum := 0.0
			for k, share := range c.shares {
				sum += share * half[i*s.from+c.first+k]
			}
			out[i*s.to+j] = sum
		}
	}
}
