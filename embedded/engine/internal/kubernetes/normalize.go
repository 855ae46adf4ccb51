package kubernetes

import (
	"encoding/base64"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// serverFields are the metadata that only the API server writes.
var serverFields = []string{
	"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields",
	"resourceVersion", "uid",
}

// normalize brings inputs into the form in which the API server gives them back, so that only a real change is a
// difference: `1024Mi` becomes `1Gi`, a Secret's stringData becomes data, empty values vanish. Inputs with unknown
// values stay as they are.
func normalize(obj *unstructured.Unstructured) *unstructured.Unstructured {
	if !unknown(obj.Object) {
		if canonical := canonicalForm(obj); canonical != nil {
			obj = &unstructured.Unstructured{Object: pruneMap(canonical, obj.Object)}
		}
	}
	if metadata, ok := obj.Object["metadata"].(map[string]any); ok {
		for _, field := range serverFields {
			delete(metadata, field)
		}
	}
	return obj
}

// canonicalForm sends an object through its Go type; nil where there is none or it does not fit.
func canonicalForm(obj *unstructured.Unstructured) map[string]any {
	if isSecret(obj) {
		return canonicalSecret(obj.Object)
	}
	typed, err := scheme.Scheme.New(kindOf(obj))
	if err != nil {
		return nil
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, typed); err != nil {
		return nil
	}
	canonical, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return nil
	}
	return canonical
}

func isSecret(obj *unstructured.Unstructured) bool {
	return obj.GetAPIVersion() == "v1" && obj.GetKind() == "Secret"
}

// canonicalSecret moves stringData into data, as the API server does, and evens out the base64. The data key is put
// into the given object too, so that pruning keeps it.
func canonicalSecret(secret map[string]any) map[string]any {
	data, _ := secret["data"].(map[string]any)
	text, _ := secret["stringData"].(map[string]any)
	if len(text) == 0 {
		for key, value := range data {
			if encoded, ok := value.(string); ok {
				if raw, err := base64.StdEncoding.DecodeString(encoded); err == nil {
					data[key] = base64.StdEncoding.EncodeToString(raw)
				}
			}
		}
		return secret
	}
	if data == nil {
		data = map[string]any{}
	}
	for key, value := range text {
		plain, ok := value.(string)
		if !ok {
			return nil
		}
		data[key] = base64.StdEncoding.EncodeToString([]byte(plain))
	}
	secret["data"] = data
	delete(secret, "stringData")
	return secret
}

// pruneMap keeps of source what target has too, all the way down; lists are matched by position.
func pruneMap(source, target map[string]any) map[string]any {
	if source == nil || target == nil {
		return nil
	}
	result := map[string]any{}
	for key, value := range source {
		if wanted, ok := target[key]; ok {
			result[key] = pruneValue(value, wanted)
		}
	}
	return result
}

func pruneValue(source, target any) any {
	switch wanted := target.(type) {
	case map[string]any:
		if value, ok := source.(map[string]any); ok {
			return pruneMap(value, wanted)
		}
	case []any:
		if value, ok := source.([]any); ok {
			return pruneList(value, wanted)
		}
	}
	return source
}

// pruneList cuts a list to the length of target, except where the two hold things of different types.
func pruneList(source, target []any) []any {
	result := []any{}
	if len(source) == 0 || len(target) == 0 {
		return result
	}
	if reflect.TypeOf(source[0]) != reflect.TypeOf(target[0]) {
		return source
	}
	for i := 0; i < len(target) && i < len(source); i++ {
		result = append(result, pruneValue(source[i], target[i]))
	}
	return result
}
