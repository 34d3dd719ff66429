// sdks SCHEMA FOLDER LANGUAGE...: write the SDK of a Pulumi package for nodejs or go into FOLDER/LANGUAGE.
//
// `pulumi package gen-sdk` does the same with the language hosts of the official download; those that can be built from tagged Go
// modules are older and do not have it. Source: pkg/v3/codegen of Pulumi.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi"

var generators = map[string]func(*schema.Package) (map[string][]byte, error){
	"nodejs": func(p *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, p, nil, nil, true, nil)
	},
	"go": func(p *schema.Package) (map[string][]byte, error) { return gogen.GeneratePackage(tool, p, nil) },
}

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: sdks SCHEMA FOLDER LANGUAGE...")
	}
	for _, language := range os.Args[3:] {
		if err := write(os.Args[1], filepath.Join(os.Args[2], language), language); err != nil {
			log.Fatalf("%s: %v", language, err)
		}
	}
}

func write(from, folder, language string) error {
	generate, known := generators[language]
	if !known {
		return fmt.Errorf("no generator for this language")
	}
	bound, err := bind(from)
	if err != nil {
		return err
	}
	files, err := generate(bound)
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bind reads a schema anew for each language, because a generator changes what it is given.
func bind(from string) (*schema.Package, error) {
	text, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	bound, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return bound, nil
}
