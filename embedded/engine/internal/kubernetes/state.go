package kubernetes

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// A resource's state is the live object with three keys more; names and meaning are those of pulumi-kubernetes 4.32.
const (
	// inputsKey: the inputs that the object was last made from.
	inputsKey = "__inputs"
	// apiVersionKey: the apiVersion that the object was created with.
	apiVersionKey = "__initialApiVersion"
	// managerKey: the field manager of server-side apply.
	managerKey = "__fieldManager"
)

// record is the state of one object.
type record struct {
	inputs     *unstructured.Unstructured
	live       *unstructured.Unstructured
	apiVersion string
	manager    string
}

// encode gives the state; what is secret in from is secret in it.
func (r record) encode(from resource.PropertyMap) (*structpb.Struct, error) {
	state := toProperties(r.live)
	inputs := toProperties(r.inputs)
	markSecrets(state, from)
	markSecrets(inputs, from)
	state[inputsKey] = resource.NewObjectProperty(inputs)
	state[apiVersionKey] = resource.NewStringProperty(r.apiVersion)
	state[managerKey] = resource.NewStringProperty(r.manager)
	return encode(state)
}

// readRecord takes a state apart. Keys that are missing, as after a create that was cut off, stay empty.
func readRecord(state resource.PropertyMap) record {
	object := toObject(state).Object
	r := record{inputs: &unstructured.Unstructured{Object: map[string]any{}}}
	if inputs, ok := object[inputsKey].(map[string]any); ok {
		r.inputs.Object = inputs
	}
	r.apiVersion, _ = object[apiVersionKey].(string)
	r.manager, _ = object[managerKey].(string)
	for _, key := range []string{inputsKey, apiVersionKey, managerKey} {
		delete(object, key)
	}
	r.live = &unstructured.Unstructured{Object: object}
	return r
}

// decode reads properties from the wire, with unknown values and secrets kept.
func decode(properties *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
}

// encode writes properties for the wire, with unknown values and secrets kept.
func encode(properties resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
}

// toObject makes a Kubernetes object of properties. Secrets are unwrapped; unknown values stay in it as
// resource.Computed, so such an object must not be deep-copied or sent.
func toObject(properties resource.PropertyMap) *unstructured.Unstructured {
	object := properties.MapRepl(dashed, unwrapped)
	return &unstructured.Unstructured{Object: object}
}

// toProperties is the way back.
func toProperties(obj *unstructured.Unstructured) resource.PropertyMap {
	return resource.NewPropertyMapFromMapRepl(obj.Object, underscored, nil)
}

func unwrapped(v resource.PropertyValue) (any, bool) {
	if v.IsSecret() {
		return v.SecretValue().Element.MapRepl(dashed, unwrapped), true
	}
	return nil, false
}

// The extension keys of an OpenAPI schema, such as x-kubernetes-list-type, are spelled with underscores in programs.

func dashed(key string) (string, bool) {
	if !strings.HasPrefix(key, "x_kubernetes_") {
		return "", false
	}
	return strings.ReplaceAll(key, "_", "-"), true
}

func underscored(key string) (resource.PropertyKey, bool) {
	if !strings.HasPrefix(key, "x-kubernetes-") {
		return "", false
	}
	return resource.PropertyKey(strings.ReplaceAll(key, "-", "_")), true
}

// unknown tells whether a value is not known yet, wholly or in part.
func unknown(value any) bool {
	switch v := value.(type) {
	case resource.Computed:
		return true
	case map[string]any:
		for _, item := range v {
			if unknown(item) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if unknown(item) {
				return true
			}
		}
	}
	return false
}
