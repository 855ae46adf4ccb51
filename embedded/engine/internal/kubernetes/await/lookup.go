package await

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// Reads of what is not watched. What may not be read, or not just now, is nothing to draw a conclusion from.

// read gets one object; nil without an error if it is not there.
func (s *scene) read(ctx context.Context, kind schema.GroupVersionResource, namespace, name string) (*unstructured.Unstructured, error) {
	live, err := s.dynamic.Resource(kind).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return live, nil
}

// get is read for those who need no more than what is there.
func (s *scene) get(ctx context.Context, kind schema.GroupVersionResource, namespace, name string) *unstructured.Unstructured {
	live, _ := s.read(ctx, kind, namespace, name)
	return live
}

// list lists objects, of all namespaces with "".
func (s *scene) list(ctx context.Context, kind schema.GroupVersionResource, namespace string, choose tweak) []*unstructured.Unstructured {
	found, err := once(ctx, s.dynamic.Resource(kind).Namespace(namespace), choose)
	if err != nil {
		return nil
	}
	return found.items()
}

func byFields(key, value string) tweak {
	return func(o *metav1.ListOptions) { o.FieldSelector = fields.OneTermEqualSelector(key, value).String() }
}

// latest finds the newest warning about an object with one of the given reasons; nil if there is none.
func (s *scene) latest(uid string, reasons ...string) *corev1.Event {
	var newest *corev1.Event
	for _, event := range all[corev1.Event](s.events.items()) {
		if string(event.InvolvedObject.UID) != uid || !slices.Contains(reasons, event.Reason) {
			continue
		}
		if newest == nil || eventTime(event) > eventTime(newest) {
			newest = event
		}
	}
	return newest
}

// fresh tells whether an event was told, or told again, since this wait began.
func (s *scene) fresh(event *corev1.Event) bool {
	return s.known[event.UID] != event.ResourceVersion
}

// remember notes the events that were there before.
func (s *scene) remember() {
	if s.known != nil || s.events == nil {
		return
	}
	items, synced := s.events()
	if !synced {
		return
	}
	s.known = map[types.UID]string{}
	for _, event := range items {
		s.known[event.GetUID()] = event.GetResourceVersion()
	}
}
