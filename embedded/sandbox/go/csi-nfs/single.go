package main

import (
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// single remembers where volumes of one pod (ReadWriteOncePod) are mounted. A driver that was started again has forgotten;
// Kubernetes itself lets no second pod have such a volume.
type single struct {
	mutex   sync.Mutex
	targets map[string]string
}

// claim refuses a volume of one pod that is in use for another one.
func (s *single) claim(request *csi.NodePublishVolumeRequest, inUse func(target string) (bool, error)) error {
	if request.GetVolumeCapability().GetAccessMode().GetMode() != csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER {
		return nil
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	id, target := request.GetVolumeId(), request.GetTargetPath()
	if other := s.targets[id]; other != "" && other != target {
		if used, err := inUse(other); err != nil || used {
			return status.Errorf(codes.FailedPrecondition, "one pod alone may use this volume, and it is in use at %s", other)
		}
	}
	if s.targets == nil {
		s.targets = map[string]string{}
	}
	s.targets[id] = target
	return nil
}

// free forgets a mount that is gone.
func (s *single) free(id, target string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.targets[id] == target {
		delete(s.targets, id)
	}
}
