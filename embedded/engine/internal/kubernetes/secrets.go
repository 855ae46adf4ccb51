package kubernetes

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// markSecrets makes values of out secret: the data of every Secret, and each value whose counterpart in `from` holds a
// secret. Objects are gone into, so that one secret value does not hide all around it; a list is secret as a whole,
// because its order may change.
func markSecrets(out, from resource.PropertyMap) {
	if kind := out["kind"]; kind.IsString() && kind.StringValue() == "Secret" {
		for _, key := range []resource.PropertyKey{"data", "stringData"} {
			if value, ok := out[key]; ok && !value.IsSecret() {
				out[key] = resource.MakeSecret(value)
			}
		}
		return
	}
	for key, source := range from {
		value, ok := out[key]
		switch {
		case !ok || value.IsSecret():
		case value.IsObject() && source.IsObject():
			markSecrets(value.ObjectValue(), source.ObjectValue())
		case source.ContainsSecrets():
			out[key] = resource.MakeSecret(value)
		}
	}
}

// stripSecrets gives the same properties without secret wrapping.
func stripSecrets(properties resource.PropertyMap) resource.PropertyMap {
	result := resource.PropertyMap{}
	for key, value := range properties {
		result[key] = plain(value)
	}
	return result
}
