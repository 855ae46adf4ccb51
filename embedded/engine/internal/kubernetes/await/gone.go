package await

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Gone waits until an object that was deleted is gone. Its name may have been taken by a new one meanwhile.
func (w *Waiter) Gone(ctx context.Context, old *unstructured.Unstructured, options Options) error {
	if options.Skip {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pick(options.Timeout, defaultTimeout))
	defer cancel()
	client, err := w.Resource(old)
	if err != nil {
		return err
	}
	// Most objects are gone at once.
	live, err := client.Get(ctx, old.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot see whether %s is gone: %w", name(old), err)
	}
	if old.GetUID() != "" && live.GetUID() != old.GetUID() {
		return nil
	}
	s := w.newScene(ctx, live, options)
	s.self = w.follow(ctx, client, byName(live.GetName()), s.changed)
	news := w.announcer()
	defer news.clear()
	for {
		if _, synced := s.self(); synced && !s.there() {
			return nil
		}
		quiet := news.say("waiting until it is gone" + holding(s.object()))
		if !s.next(ctx, quiet) {
			return &NotReadyError{
				Summary: fmt.Sprintf("%s while waiting until %s is gone%s", ended(ctx), name(old), holding(s.object())),
			}
		}
	}
}

// there tells whether the object itself is still in the list.
func (s *scene) there() bool {
	for _, item := range s.self.items() {
		if item.GetUID() == s.written.GetUID() {
			return true
		}
	}
	return false
}

// finalizerMeanings say what the finalizers of Kubernetes itself wait for.
var finalizerMeanings = map[string]string{
	"kubernetes.io/pv-protection":  "a claim is still bound to it",
	"kubernetes.io/pvc-protection": "a pod still uses it",
	"foregroundDeletion":           "what it owns goes first",
}

// holding says what keeps an object from going.
func holding(obj *unstructured.Unstructured) string {
	var held []string
	for _, finalizer := range obj.GetFinalizers() {
		if meaning := finalizerMeanings[finalizer]; meaning != "" {
			finalizer += " (" + meaning + ")"
		}
		held = append(held, finalizer)
	}
	text := ""
	if len(held) > 0 {
		text = ", held by " + strings.Join(held, ", ")
	}
	if obj.GetKind() != "Namespace" {
		return text
	}
	for _, condition := range into[corev1.Namespace](obj).Status.Conditions {
		if condition.Status == corev1.ConditionTrue {
			text += "; " + condition.Message
		}
	}
	return text
}
