package nodejs

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// WatchEngine calls off once the engine at an address no longer answers; it looks every interval until the context ends.
// So a killed engine leaves no process. (The SDK's rpcutil.Healthcheck waits for the connection without a limit, and so for
// ever for an engine that was killed.)
func WatchEngine(ctx context.Context, address string, interval time.Duration, off func()) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("watching the engine at %s: %w", address, err)
	}
	go func() {
		defer connection.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(interval):
			}
			if !answers(ctx, connection, interval) {
				off()
				return
			}
		}
	}()
	return nil
}

// answers tells whether there is a server at all: an engine need not implement the health service.
func answers(ctx context.Context, connection *grpc.ClientConn, limit time.Duration) bool {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := grpc_health_v1.NewHealthClient(connection).Check(limited, &grpc_health_v1.HealthCheckRequest{})
	return err == nil || status.Code(err) == codes.Unimplemented
}
