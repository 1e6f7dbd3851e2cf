#!/bin/sh
# An experiment as an array of Slurm: each task runs its share of the cells on one node, the last one shows nothing; see
# docs/many-machines.md.
#
#     sbatch docs/cluster/sbatch.sh PROGRAM [ITS OPTIONS]         such as ./balancing -store /shared/store
#     PROGRAM [ITS OPTIONS] -collect                              when all tasks have ended
#
# PROGRAM is built beforehand (go build -o balancing ./bench/balancing); it and the store lie where all nodes see them.
# Run the same line again to do what is missing.

#SBATCH --job-name=sweep
#SBATCH --array=0-7
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --output=sweep-%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue

# As many cells at a time as there are processors for the task. Where Slurm does not bind tasks to processors, the program
# would take all of the node.
export GOMAXPROCS="${SLURM_CPUS_PER_TASK:-1}"

# In place of the shell: the SIGTERM before the end of the time reaches the program, which then ends by itself.
exec "$@"
