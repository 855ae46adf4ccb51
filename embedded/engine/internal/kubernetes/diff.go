package kubernetes

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Diff compares the new inputs with the live object of the state, cut down to the fields that the old inputs had. So
// what the API server and controllers add is no difference, and what someone changed by hand is one after a refresh.
func (p *Provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := decode(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	old := readRecord(olds)
	wanted := normalize(toObject(news))
	base := baseline(old, wanted)

	changes := p.settings.compare(base, wanted)
	if changes, err = withoutIgnored(changes, req.GetIgnoreChanges()); err != nil {
		return nil, err
	}
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true}
	if len(changes) == 0 {
		return response, nil
	}
	response.Changes = pulumirpc.DiffResponse_DIFF_SOME
	response.DetailedDiff = changes
	for path, change := range changes {
		if replaces(change) {
			response.Replaces = append(response.Replaces, path)
		}
	}
	slices.Sort(response.Replaces)
	// An object that keeps a name of the user's own cannot exist twice: the old one must go first.
	response.DeleteBeforeReplace = len(response.Replaces) > 0 && hasName(wanted) &&
		annotation(wanted, annotationAutonamed) != "true" &&
		wanted.GetName() == old.live.GetName() && wanted.GetNamespace() == old.live.GetNamespace()
	return response, nil
}

// baseline cuts the live object of a state down to what the inputs it was made from had.
func baseline(old record, wanted *unstructured.Unstructured) *unstructured.Unstructured {
	inputs := normalize(old.inputs)
	base := &unstructured.Unstructured{Object: asWritten(old.live, inputs)}
	if base.Object == nil {
		base.Object = map[string]any{}
	}
	if metadata(wanted) == nil {
		return base
	}
	// The old inputs may have had no name or namespace of their own; what the object has is what counts.
	if values := child(base.Object, "metadata"); hasName(wanted) {
		values["name"] = old.live.GetName()
	}
	if namespace := old.live.GetNamespace(); namespace != "" {
		child(base.Object, "metadata")["namespace"] = namespace
		if values := metadata(wanted); isEmpty(values["namespace"]) {
			values["namespace"] = "default"
		}
	} else {
		// Objects without a namespace ignore one that was given.
		delete(metadata(wanted), "namespace")
		delete(metadata(base), "namespace")
	}
	delete(metadata(base), "resourceVersion")
	return base
}

// compare lists the differences between two objects by path.
func (s settings) compare(old, wanted *unstructured.Unstructured) map[string]*pulumirpc.PropertyDiff {
	changes := map[string]*pulumirpc.PropertyDiff{}
	record := func(path fieldPath, kind pulumirpc.PropertyDiff_Kind, value any) {
		if s.replacesAt(wanted, path, value) {
			// Each kind is followed by its replacing variant.
			kind++
		}
		changes[path.String()] = &pulumirpc.PropertyDiff{
			Kind: kind, InputDiff: kind == pulumirpc.PropertyDiff_DELETE || kind == pulumirpc.PropertyDiff_DELETE_REPLACE,
		}
	}
	compareMaps(nil, old.Object, wanted.Object, record)
	return changes
}

type recorder func(path fieldPath, kind pulumirpc.PropertyDiff_Kind, value any)

func compareMaps(path fieldPath, old, wanted map[string]any, record recorder) {
	for key := range old {
		if wanted[key] == nil {
			compareValues(path.to(key), old[key], nil, record)
		}
	}
	for key, value := range wanted {
		if value != nil {
			compareValues(path.to(key), old[key], value, record)
		}
	}
}

func compareLists(path fieldPath, old, wanted []any, record recorder) {
	at := func(list []any, i int) any {
		if i < len(list) {
			return list[i]
		}
		return nil
	}
	for i := range max(len(old), len(wanted)) {
		compareValues(path.to(i), at(old, i), at(wanted, i), record)
	}
}

// compareValues takes nil for a value that is not there.
func compareValues(path fieldPath, old, wanted any, record recorder) {
	switch {
	case old == nil && wanted == nil:
		return
	case old == nil:
		record(path, pulumirpc.PropertyDiff_ADD, wanted)
		return
	case wanted == nil:
		record(path, pulumirpc.PropertyDiff_DELETE, nil)
		return
	}
	switch value := wanted.(type) {
	case map[string]any:
		if before, ok := old.(map[string]any); ok {
			compareMaps(path, before, value, record)
			return
		}
	case []any:
		if before, ok := old.([]any); ok {
			compareLists(path, before, value, record)
			return
		}
	}
	if !equal(old, wanted) {
		record(path, pulumirpc.PropertyDiff_UPDATE, wanted)
	}
}

// equal compares numbers by value: those of a program are floating-point, those of the API whole.
func equal(a, b any) bool {
	x, numberA := number(a)
	y, numberB := number(b)
	if numberA && numberB {
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// to gives the path of an item; it never shares memory with its siblings.
func (path fieldPath) to(item any) fieldPath { return append(slices.Clone(path), item) }

// String writes a path in Pulumi's notation: spec.ports[0].port, metadata.labels["a.b/c"].
func (path fieldPath) String() string {
	var text strings.Builder
	for _, item := range path {
		switch key := item.(type) {
		case int:
			fmt.Fprintf(&text, "[%d]", key)
		case string:
			switch {
			case strings.ContainsAny(key, `."[]`):
				fmt.Fprintf(&text, `["%s"]`, strings.ReplaceAll(key, `"`, `\"`))
			case text.Len() > 0:
				text.WriteString("." + key)
			default:
				text.WriteString(key)
			}
		}
	}
	return text.String()
}

func replaces(change *pulumirpc.PropertyDiff) bool {
	switch change.GetKind() {
	case pulumirpc.PropertyDiff_ADD_REPLACE, pulumirpc.PropertyDiff_DELETE_REPLACE,
		pulumirpc.PropertyDiff_UPDATE_REPLACE:
		return true
	}
	return false
}

// withoutIgnored drops the changes at and below the paths of the option ignoreChanges.
func withoutIgnored(
	changes map[string]*pulumirpc.PropertyDiff, ignored []string,
) (map[string]*pulumirpc.PropertyDiff, error) {
	for _, text := range ignored {
		ignore, err := resource.ParsePropertyPath(text)
		if err != nil {
			return nil, fmt.Errorf("ignoreChanges: %q is not a property path: %w", text, err)
		}
		for path := range changes {
			if parsed, err := resource.ParsePropertyPath(path); err == nil && ignore.Contains(parsed) {
				delete(changes, path)
			}
		}
	}
	return changes, nil
}
