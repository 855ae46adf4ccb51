// Package engine tells a plugin whether the Pulumi engine that started it is still there.
package engine

import (
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// Watch calls off once there is no engine at an address any more; it looks every interval until the context ends.
// So a killed engine leaves no process. (The SDK's rpcutil.Healthcheck waits for the connection without a limit, and so for
// ever for an engine that was killed.)
func Watch(ctx context.Context, address string, interval time.Duration, off func()) error {
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
			if gone(ctx, connection, interval) {
				off()
				return
			}
		}
	}()
	return nil
}

// ExitAfter ends this process once the engine is gone whose address is the last argument that a plugin is started with; it
// looks every interval. Nobody records what a plugin does from then on, and the next Pulumi would meet it at work.
func ExitAfter(arguments []string, interval time.Duration) error {
	if len(arguments) == 0 {
		return nil // Pulumi's way to debug a plugin: it is started by hand, and engines come and go.
	}
	return Watch(context.Background(), arguments[len(arguments)-1], interval, func() { os.Exit(1) })
}

// gone tells whether there is no server any more. Any answer shows one: an engine need not implement the health service;
// and so does none within the limit: an engine of this machine that has ended refuses connections, a busy one is late.
func gone(ctx context.Context, connection *grpc.ClientConn, limit time.Duration) bool {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := grpc_health_v1.NewHealthClient(connection).Check(limited, &grpc_health_v1.HealthCheckRequest{})
	return status.Code(err) == codes.Unavailable
}
