# SPDX-License-Identifier: BSD-2-Clause
# bash completion for vigil-log

_vigil_log()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=

	# --kind=mm comes as three words where '=' breaks words.
	[[ $cur == = ]] && cur=
	[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
	case $prev in
	--format) words='text json chrome cef syslog' ;;
	--kind) words='mmio mem sysreg syscall call' ;;
	--verdict) words='allow deny kill halt' ;;
	--cpu) words='0 1 2 3 4 5 6 7' ;;
	--color | --colour) words='auto always never' ;;
	--policy) words='guard lockdown log sysfilter trace vigil' ;;
	--use) words='guard lockdown log sysfilter trace' ;;
	--key | -k | --call | --addr | --pc | --since | --until | --boot | --top | --epoch | \
		--hostname | --steps)
		return ;;
	-o | --output | -K | --key-file | -s | --symbols)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	esac
	if [[ -z $words && $cur == -* ]]; then
		words='--follow --output --format --json --key --key-file --symbols --kind --cpu
			--verdict --policy --call --addr --pc --since --until --boot --authentic --color
			--top --epoch --hostname --steps --allow-dropped --use --quiet --help --version'
	elif [[ -z $words ]]; then
		((COMP_CWORD == 1)) && words='print verify summary report replay'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur"; compgen -f -- "$cur")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -o filenames -F _vigil_log vigil-log
