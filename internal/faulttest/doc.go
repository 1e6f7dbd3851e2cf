// Package faulttest kills processes that train, and looks at what is left.
package faulttest
