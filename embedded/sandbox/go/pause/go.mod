module storage-lab.example/pause

go 1.26.0
