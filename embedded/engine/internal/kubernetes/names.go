package kubernetes

import (
	"errors"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Annotations that steer the provider; those of pulumi-kubernetes.
const (
	annotationAutonamed   = "pulumi.com/autonamed"
	annotationSkipAwait   = "pulumi.com/skipAwait"
	annotationTimeout     = "pulumi.com/timeoutSeconds"
	annotationPatchForce  = "pulumi.com/patchForce"
	annotationPropagation = "pulumi.com/deletionPropagationPolicy"
)

// refusedAnnotations steer what is not covered.
var refusedAnnotations = []string{"pulumi.com/patchFieldManager", "pulumi.com/replaceUnready", "pulumi.com/waitFor"}

// identity is the id of an object in the state: `namespace/name`, or `name`.
func identity(obj *unstructured.Unstructured) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}

// splitIdentity is the way back.
func splitIdentity(id string) (namespace, name string) {
	if namespace, name, found := strings.Cut(id, "/"); found {
		return namespace, name
	}
	return "", id
}

// title is how messages call an object: `StatefulSet shiqi/redis`.
func title(obj *unstructured.Unstructured) string { return obj.GetKind() + " " + identity(obj) }

// annotation reads one annotation of an object that may hold unknown values.
func annotation(obj *unstructured.Unstructured, key string) string {
	annotations, _ := metadata(obj)["annotations"].(map[string]any)
	value, _ := annotations[key].(string)
	return value
}

// metadata reads an object's metadata, nil if there are none or they are not known yet.
func metadata(obj *unstructured.Unstructured) map[string]any {
	values, _ := obj.Object["metadata"].(map[string]any)
	return values
}

// hasName tells whether the program names the object itself, be the name known or not.
func hasName(obj *unstructured.Unstructured) bool {
	name, ok := metadata(obj)["name"]
	return ok && name != nil && name != ""
}

// assignName names an object that the program leaves unnamed: the name that it had before, else the resource's name
// with eight hexadecimal digits, which Pulumi's seed makes the same in preview and update. An annotation remembers
// that the name is not the user's, so that a replacement can be made before the old object goes.
func assignName(
	obj, old *unstructured.Unstructured, urn resource.URN, seed []byte, naming *pulumirpc.CheckRequest_AutonamingOptions,
) error {
	if hasName(obj) {
		return nil
	}
	name := ""
	switch {
	case annotation(old, annotationAutonamed) == "true":
		name = old.GetName()
	case len(old.Object) > 0:
		// The name was taken away: the difference replaces the object, and its successor is checked without the old.
		return nil
	case naming.GetMode() == pulumirpc.CheckRequest_AutonamingOptions_DISABLE:
		return errors.New("automatic naming is switched off; set metadata.name")
	case naming.GetProposedName() != "":
		name = naming.GetProposedName()
	default:
		var err error
		if name, err = resource.NewUniqueName(seed, urn.Name()+"-", 0, 0, nil); err != nil {
			return err
		}
	}
	values := child(obj.Object, "metadata")
	if values == nil {
		return nil
	}
	values["name"] = name
	if annotations := child(values, "annotations"); annotations != nil {
		annotations[annotationAutonamed] = "true"
	}
	return nil
}

// child gives the object under a key, made if it is missing; nil if it is not known yet.
func child(parent map[string]any, key string) map[string]any {
	if parent[key] == nil {
		parent[key] = map[string]any{}
	}
	values, _ := parent[key].(map[string]any)
	return values
}
